"""Tests that no field that is marked optional says that it has to be filled in."""

import pytest

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.authorities.test_edit_listeners import open_tab
from tests.handlers.authorities.test_title_translation_listeners import (
    EUROPE,
    PETRA,
    change_title,
)
from tests.handlers.demo_actions import ANNA, annas_authority, blocks_of

_ = texts("da").gettext
INVISIBLE = " \u200b "
KARIN = "U0KARIN"


@pytest.mark.parametrize("field", ["description", "phone", "address", "place", "web_site"])
async def test_an_invisible_text_in_an_optional_field_counts_as_none(  # R30
    demo: Demo, field: str
) -> None:
    await open_tab(demo)
    assert blocks_of(demo)[field]["optional"]
    await demo.slack.fill(ANNA, {field: INVISIBLE, "languages": ["da"]})

    assert (await demo.slack.submit(ANNA)).errors == {}

    assert not getattr(await annas_authority(demo), field)


async def test_a_team_channel_that_is_none_is_refused_in_words_of_its_own(demo: Demo) -> None:
    """D16: the field is optional, so that it does not ask to be filled in."""
    from sandbox import Channel

    demo.slack.workspace.channels["D0ANNA"] = Channel("D0ANNA", "anna", (ANNA,))
    await open_tab(demo)
    assert blocks_of(demo)["team_channel"]["optional"]
    await demo.slack.fill(ANNA, {"team_channel": "D0ANNA", "languages": ["da"]})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {
        "team_channel": _("Choose a channel. Direct messages cannot be a team channel.")
    }


@pytest.mark.parametrize("name", ["Styrelsen for Skove", INVISIBLE])
async def test_a_new_authority_needs_no_informal_title(demo: Demo, name: str) -> None:  # D15, D16
    await demo.slack.command(KARIN, "/imi-registerauthority")
    assert blocks_of(demo, KARIN)["informal_title"]["optional"]
    await demo.slack.fill(
        KARIN,
        {
            "official_name": name,
            "informal_title": INVISIBLE,
            "authority_email": "skov@skov.example",
            "country": "DK",
        },
    )

    errors = (await demo.slack.submit(KARIN)).errors

    assert set(errors) == ({"official_name"} if name == INVISIBLE else set())


async def test_a_translation_of_invisible_characters_is_none(demo: Demo) -> None:  # D17
    await change_title(demo)
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    assert blocks_of(demo, PETRA)["title_da"]["optional"]
    await demo.slack.fill(PETRA, {"title_da": INVISIBLE})

    assert (await demo.slack.submit(PETRA)).errors == {}
