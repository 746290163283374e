"""Tests of the three tabs in which an authority is edited."""

from typing import Any

import pytest

from bot.demo.demo import Demo
from core.administration.competences import competences_of
from core.authorities.rows import authorities
from core.languages.texts import texts
from core.schema.authorities import authorities as authorities_table
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    annas_authority,
    blocks_of,
    change_user,
    find_user,
    register,
    take_all_roles,
    view_text,
)

_ = texts("da").gettext
SAVED = _("Saved.")


async def open_tab(demo: Demo, tab: str = "authority", member: str = ANNA) -> None:
    await demo.slack.open_home(member)
    await demo.slack.until(lambda: demo.slack.home(member) is not None)
    await demo.slack.click(member, f"open_{tab}", "home")
    assert "tabs" in blocks_of(demo, member)


async def switch_tab(demo: Demo, tab: str) -> None:
    await demo.slack.click(ANNA, f"authority_tab_{tab}")
    field = {"authority": "email", "classification": "about", "modules": "module_PQ"}[tab]
    await demo.slack.until(lambda: field in blocks_of(demo))


def value_of(demo: Demo, field: str) -> Any:  # noqa: ANN401 - any value of the form
    element = blocks_of(demo)[field]["element"]
    return element.get("initial_value") or element.get("initial_options")


def tick_id(demo: Demo) -> str:
    return next(name for name in blocks_of(demo) if name.startswith("substantial_"))


async def set_place(demo: Demo, place: str, channel: str | None) -> None:
    from sqlalchemy import update

    changed = update(authorities_table).where(authorities_table.c.id == 2)

    def operation(tx: Any) -> None:  # noqa: ANN401
        tx.execute(changed.values(place=place, team_channel=channel, phone="+4533445566"))

    await demo.product.store.write(operation)


async def test_an_administrator_edits_the_authority_from_its_card(
    demo: Demo,
) -> None:  # R10, R21, R23
    await demo.slack.command(ANNA, "/imi-authority")
    await demo.slack.click(ANNA, "authority_edit")
    assert "Vesterlands Sundhedsstyrelse" in view_text(demo)
    assert "country" not in blocks_of(demo)

    values = {"place": "Fjordby", "languages": ["da", "en"], "web_site": "sundhed.example"}
    await demo.slack.fill(ANNA, {**values, "description": "Vi passer på *alle*"})
    assert (await demo.slack.submit(ANNA)).errors == {}

    assert SAVED in blocks_of(demo)["note"]["text"]["text"]
    made = await annas_authority(demo)
    assert (made.place, made.languages, made.web_site) == (
        "Fjordby",
        ("da", "en"),
        "https://sundhed.example",
    )


async def test_errors_are_shown_at_their_fields_and_no_input_is_lost(demo: Demo) -> None:  # R30
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"phone": "12", "languages": ["da"], "place": "Fjordby"})

    answer = await demo.slack.submit(ANNA)

    assert set(answer.errors) == {"phone"}
    assert (await annas_authority(demo)).place == ""


async def test_input_in_one_tab_is_kept_while_others_are_open(demo: Demo) -> None:  # R22, R23
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"place": "Fjordby", "substantial": ["yes"], "languages": ["da"]})
    await switch_tab(demo, "modules")
    await demo.slack.suggest(ANNA, "keywords_PQ", "læge")
    await demo.slack.fill(ANNA, {"keywords_PQ": ["DOCTOR"]})
    await switch_tab(demo, "classification")
    await switch_tab(demo, "authority")

    assert value_of(demo, "place") == "Fjordby"
    assert value_of(demo, tick_id(demo))
    await switch_tab(demo, "modules")
    assert value_of(demo, "keywords_PQ")[0]["value"] == "DOCTOR"


async def test_general_keywords_are_searched_and_saved(demo: Demo) -> None:  # R33, R34
    await open_tab(demo, "classification")
    found = await demo.slack.suggest(ANNA, "keywords_", "")
    assert isinstance(found.body, dict)
    group = found.body["option_groups"][0]
    word = group["options"][0]["value"]
    assert group["label"]["text"]
    nothing = await demo.slack.suggest(ANNA, "keywords_", "zorro")
    assert nothing.body == {"options": []}
    await demo.slack.suggest(ANNA, "keywords_", "")

    await demo.slack.fill(ANNA, {"keywords_": [word]})
    await demo.slack.submit(ANNA)

    chosen = await demo.product.store.read(lambda tx: competences_of(tx, 2))
    assert chosen.keywords[""] == {word}
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-authority")
    assert group["options"][0]["text"]["text"] in blocks_of(demo)["keywords"]["text"]["text"]


async def test_coordinators_are_linked_by_module(demo: Demo) -> None:  # R36, R37, D18
    await open_tab(demo, "modules")
    assert blocks_of(demo)["coordinators_PQ"]["type"] == "context"
    await demo.slack.close(ANNA)
    await demo.product.store.write(lambda tx: authorities.set_coordinator(tx, 1, "PQ", flag=True))
    await open_tab(demo, "modules")

    await demo.slack.fill(ANNA, {"coordinators_PQ": ["1"]})
    await demo.slack.submit(ANNA)

    chosen = await demo.product.store.read(lambda tx: competences_of(tx, 2))
    assert chosen.coordinators == {"PQ": {1}}
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-authority")
    assert _("Linked coordinators: {names}", names="IMI-koordinatoren") in view_text(demo)


async def test_concurrent_changes_are_shown_above_the_input(demo: Demo) -> None:
    await open_tab(demo)  # D23
    await demo.slack.fill(ANNA, {"place": "Fjordby", "languages": ["da"]})
    await set_place(demo, "Østby", "C0HEALTH")

    await demo.slack.submit(ANNA)

    blocks = blocks_of(demo)
    assert _("Now: {value}", value="Østby") in blocks["changed_place"]["elements"][0]["text"]
    assert [name for name in blocks if name.startswith("changed_")] == ["changed_place"]
    await demo.slack.submit(ANNA)
    made = await annas_authority(demo)
    assert (made.place, made.phone, made.team_channel) == ("Fjordby", "+4533445566", "C0HEALTH")


@pytest.mark.parametrize(
    ("channel", "invited"), [("C0LABOUR", False), ("C0SECRET", True), ("C0MINE", False)]
)
async def test_the_bot_joins_a_public_team_channel_or_asks_for_an_invitation(  # C5, D16
    demo: Demo, channel: str, *, invited: bool
) -> None:
    from sandbox import Channel

    for place in (
        Channel("C0SECRET", "secret", (ANNA,), is_private=True, bot_in=False),
        Channel("C0MINE", "mine", (ANNA,), is_private=True),
    ):
        demo.slack.workspace.channels[place.id] = place
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"team_channel": channel, "languages": ["da"]})

    await demo.slack.submit(ANNA)

    assert (await annas_authority(demo)).team_channel == channel
    await demo.slack.until(
        lambda: any(call.method == "conversations.join" for call in demo.slack.calls)
    )
    if invited:
        await demo.slack.until(lambda: "/invite @IMI" in str(demo.slack.messages(ANNA)))


@pytest.mark.parametrize("private", [False, True])
async def test_an_archived_team_channel_is_said_to_be_archived(  # C5, D16
    demo: Demo, *, private: bool
) -> None:
    from sandbox import Channel

    place = Channel("C0OLD", "old", (ANNA,), is_private=private, is_archived=True, bot_in=private)
    demo.slack.workspace.channels[place.id] = place
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"team_channel": place.id, "languages": ["da"]})

    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: "<#C0OLD> er arkiveret" in str(demo.slack.messages(ANNA)))
    assert "/invite" not in str(demo.slack.messages(ANNA))


async def test_a_former_administrator_cannot_save(demo: Demo) -> None:  # R38
    await open_tab(demo)
    await demo.slack.fill(ANNA, {"languages": ["da"]})
    await take_all_roles(demo)

    await demo.slack.submit(ANNA)
    assert _(
        "Only an administrator of your authority can do this. Ask one of your administrators."
    ) in view_text(demo)


async def test_a_removed_user_is_offered_no_keywords(demo: Demo) -> None:
    await register(demo, member=JONAS, administrator=[":ADMIN"])
    await open_tab(demo, "modules", JONAS)
    jonas = await find_user(demo, "joestergaard")
    assert jonas is not None
    await change_user(demo, jonas, removed_at=demo.slack.clock.now(), email_key="gone")

    found = await demo.slack.suggest(JONAS, "keywords_PQ", "")

    assert found.body == {"options": []}
