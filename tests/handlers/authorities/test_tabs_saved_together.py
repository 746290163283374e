"""Tests that a save stores everything that was typed in the three tabs, or nothing (R22, R23)."""

import json
import random
from typing import Any

from sqlalchemy import Connection

from bot.demo.demo import Demo
from core.administration.competences import competences_of
from core.audit.rows import entries
from core.audit.rules import Act
from core.authorities.rows import authorities, drafts
from core.languages.texts import texts
from core.text_lengths import LONGEST_DESCRIPTION
from handlers.authorities.tab_drafts import Tab
from handlers.authorities.tabs import tab_of
from tests.handlers.authorities.test_edit_listeners import open_tab, switch_tab, value_of
from tests.handlers.authorities.test_edits_at_once import both_open, save
from tests.handlers.demo_actions import ANNA, JONAS, annas_authority, blocks_of, view_text

_ = texts("da").gettext
NOT_SAVED = _(
    "Nothing is saved yet. Please correct this tab, and save again. What you typed in the other"
    " tabs is kept."
)
EXPIRED = _(
    "This form has been open for too long. Copy what you typed, close the form and open it again."
)


async def choose(demo: Demo, field: str) -> str:
    """Choose the first keyword that the field offers; return its code."""
    found = await demo.slack.suggest(ANNA, field, "")
    assert isinstance(found.body, dict)
    code: str = found.body["option_groups"][0]["options"][0]["value"]
    await demo.slack.fill(ANNA, {field: [code]})
    return code


async def acts_after(demo: Demo, number: int) -> list[Act]:
    def read_acts(tx: Connection) -> list[Act]:
        return [entry.audit_event.act for entry in entries.page(tx, number, 50)]

    return await demo.product.store.read(read_acts)


async def newest_entry(demo: Demo) -> int:
    number, _hash = await demo.product.store.read(entries.chain_tip)
    return number


async def keywords(demo: Demo) -> dict[str, Any]:
    chosen = await demo.product.store.read(lambda tx: competences_of(tx, 2))
    return dict(chosen.keywords)


async def test_a_save_stores_what_was_typed_in_all_three_tabs(demo: Demo) -> None:
    """R22, R23: one save, one transaction, an audit entry of each kind."""
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"place": "Fjordby", "languages": ["da"]})
    await switch_tab(demo, "classification")
    general = await choose(demo, "keywords_")
    await switch_tab(demo, "modules")
    word = await choose(demo, "keywords_PQ")
    number = await newest_entry(demo)

    assert (await demo.slack.submit(ANNA)).errors == {}

    assert _("Saved.") in blocks_of(demo)["note"]["text"]["text"]
    assert (await annas_authority(demo)).place == "Fjordby"
    assert await keywords(demo) == {"": {general}, "PQ": {word}}
    assert sorted(await acts_after(demo, number)) == sorted(
        [Act.AUTHORITY_EDITED, Act.KEYWORDS_CHANGED, Act.KEYWORDS_CHANGED]
    )
    assert (await demo.slack.submit(ANNA)).errors == {}
    assert len(await acts_after(demo, number)) == 3


async def test_an_error_in_another_tab_shows_that_tab_and_keeps_everything(demo: Demo) -> None:
    """R23: nothing is saved; the error is at its field, and a second save stores all tabs."""
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"place": "Fjordby", "phone": "12", "languages": ["da"]})
    await switch_tab(demo, "classification")
    general = await choose(demo, "keywords_")

    await demo.slack.submit(ANNA)

    blocks = list(blocks_of(demo))
    note = blocks_of(demo)["note"]["text"]["text"].splitlines()
    assert note[0] == NOT_SAVED
    assert note[1].startswith(f"*{_('Telephone')}:* ")
    assert blocks.index("error_phone") == blocks.index("phone") + 1
    assert (value_of(demo, "phone"), value_of(demo, "place")) == ("12", "Fjordby")
    assert await keywords(demo) == {}
    await demo.slack.fill(ANNA, {"phone": "33445566"})
    await demo.slack.submit(ANNA)
    made = await annas_authority(demo)
    assert (made.place, made.phone) == ("Fjordby", "+4533445566")
    assert await keywords(demo) == {"": {general}}


async def test_an_error_in_the_open_tab_is_shown_first_at_its_field(demo: Demo) -> None:
    """R23: nobody is taken to another tab while theirs has an error."""
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"place": "Fjordby", "languages": ["da"]})
    await switch_tab(demo, "modules")
    await choose(demo, "keywords_PQ")
    await switch_tab(demo, "authority")
    await demo.slack.fill(ANNA, {"phone": "12"})

    assert set((await demo.slack.submit(ANNA)).errors) == {"phone"}

    assert (await annas_authority(demo)).place == ""
    assert await keywords(demo) == {}


async def test_a_conflict_in_another_tab_shows_that_tab(demo: Demo) -> None:
    """D23: who changed what is told at the field, and a second save stores all tabs."""
    await both_open(demo)
    await demo.slack.fill(ANNA, {"place": "Østby", "languages": ["da"]})
    await switch_tab(demo, "modules")
    word = await choose(demo, "keywords_PQ")
    await save(demo, JONAS, place="Fjordby", languages=["da"])

    await demo.slack.submit(ANNA)

    assert "Jonas Lund" in blocks_of(demo)["changed_place"]["elements"][0]["text"]
    assert value_of(demo, "place") == "Østby"
    assert await keywords(demo) == {}
    await demo.slack.submit(ANNA)
    assert (await annas_authority(demo)).place == "Østby"
    assert await keywords(demo) == {"PQ": {word}}


async def test_a_tab_that_was_only_looked_at_is_not_saved(demo: Demo) -> None:
    """R2, R23: its data do not count as confirmed, and what others changed there stays."""
    await both_open(demo)
    await switch_tab(demo, "modules")
    word = await choose(demo, "keywords_PQ")
    await save(demo, JONAS, place="Fjordby", languages=["da"])
    number = await newest_entry(demo)

    await demo.slack.submit(ANNA)

    assert await acts_after(demo, number) == [Act.KEYWORDS_CHANGED]
    assert await keywords(demo) == {"PQ": {word}}
    await switch_tab(demo, "authority")
    assert value_of(demo, "place") == "Fjordby"


async def test_the_longest_input_of_a_tab_is_kept_while_others_are_open(demo: Demo) -> None:
    """R23: Slack lets a modal hold 3000 characters; the drafts are in the database."""
    letters = random.Random(1)  # noqa: S311 - noise that compresses badly
    noise = "".join(chr(letters.randrange(0x4E00, 0x9FFF)) for _ in range(LONGEST_DESCRIPTION))
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"description": noise, "languages": ["da"]})

    for tab in ("modules", "authority", "classification"):
        await switch_tab(demo, tab)
    assert (await demo.slack.submit(ANNA)).errors == {}

    assert (await annas_authority(demo)).description == noise


async def test_a_form_whose_drafts_are_deleted_says_so_and_keeps_what_is_typed(
    demo: Demo,
) -> None:
    """R23: a save without the other tabs' input would lose it without a word."""
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"place": "Fjordby", "languages": ["da"]})
    far = demo.slack.clock.now().replace(year=9000)
    await demo.product.store.write(lambda tx: drafts.delete_changed_before(tx, far))

    await demo.slack.click(ANNA, "authority_tab_modules")
    assert EXPIRED in view_text(demo)
    await demo.slack.close(ANNA)
    await demo.slack.submit(ANNA)

    assert EXPIRED in view_text(demo)
    assert (await annas_authority(demo)).place == ""
    await demo.slack.close(ANNA)
    assert "place" in blocks_of(demo)


async def test_a_managed_authority_is_edited_in_all_tabs_too(demo: Demo) -> None:
    """R24, R25, D15: the access manager saves all tabs on the authority's behalf."""
    karin = "U0KARIN"
    await demo.slack.command(karin, "/imi-authority", (await annas_authority(demo)).official_name)
    await demo.slack.click(karin, "authority_edit")
    await demo.slack.fill(karin, {"official_name": "Styrelsen", "languages": ["da"]})
    await demo.slack.click(karin, "authority_tab_modules")
    await demo.slack.suggest(karin, "keywords_PQ", "")
    await demo.slack.fill(karin, {"keywords_PQ": ["DOCTOR"]})

    assert (await demo.slack.submit(karin)).errors == {}

    made = await demo.product.store.read(lambda tx: authorities.require(tx, 2))
    assert made.official_name == "Styrelsen"
    assert await keywords(demo) == {"PQ": {"DOCTOR"}}


def the_draft(demo: Demo) -> int:
    """Return the number under which the drafts of Anna's modal are stored."""
    view = demo.slack.view(ANNA)
    assert view is not None
    number: int = json.loads(view["private_metadata"])["draft"]
    return number


async def test_a_form_older_than_a_save_of_the_same_modal_is_not_saved_as_nothing(
    demo: Demo,
) -> None:
    """R23: the save dropped the draft of its tab; what is typed in it would be lost unseen."""
    await open_tab(demo)
    number = the_draft(demo)
    now = demo.slack.clock.now()
    await demo.product.store.write(lambda tx: drafts.write(tx, number, {}, now))
    await demo.slack.fill(ANNA, {"place": "Fjordby", "languages": ["da"]})

    await demo.slack.submit(ANNA)

    assert EXPIRED in view_text(demo)


def test_an_error_is_shown_on_the_tab_of_its_field() -> None:  # R22
    fields = ("place", "keywords_", "keywords_PQ", "coordinators_PQ")

    assert [tab_of(field) for field in fields] == [
        Tab.AUTHORITY,
        Tab.CLASSIFICATION,
        Tab.MODULES,
        Tab.MODULES,
    ]
