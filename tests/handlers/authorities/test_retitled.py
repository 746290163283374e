"""Tests of titles that change again while they wait to be translated, in Slack (R27-R29, D17)."""

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.authorities.test_title_translation_listeners import EUROPE, PETRA
from tests.handlers.demo_actions import ANNA, blocks_of, view_text

_, _en = texts("da").gettext, texts("en").gettext
KARIN = "U0KARIN"
WITHDRAWN = _en("This title no longer needs to be translated.")


def tick_block(demo: Demo) -> str:
    return next(name for name in blocks_of(demo) if name.startswith("substantial_"))


async def open_authority(demo: Demo) -> None:
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: demo.slack.home(ANNA) is not None)
    await demo.slack.click(ANNA, "open_authority", "home")


async def save_title(demo: Demo, title: str, *ticked: str) -> None:
    values = {"informal_title": title, "languages": ["da"], "text_language": "da"}
    await demo.slack.fill(ANNA, {**values, **({"substantial": list(ticked)} if ticked else {})})
    assert (await demo.slack.submit(ANNA)).errors == {}


async def until_asked_for(demo: Demo, text: str) -> None:
    await demo.slack.until(lambda: text in str(demo.slack.messages(EUROPE)))


async def test_a_correction_in_the_same_form_is_no_second_substantial_change(demo: Demo) -> None:
    """R27: the saved tick is gone. R29: the Commission reads the corrected title."""
    await open_authority(demo)
    ticked = tick_block(demo)
    await save_title(demo, "Sundhdsmyndigheden", "yes")
    assert tick_block(demo) != ticked
    await until_asked_for(demo, "Sundhdsmyndigheden")
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    await demo.slack.fill(PETRA, {"title_fr": "Santé"})
    await demo.slack.submit(PETRA)
    await demo.slack.close(PETRA)
    await until_asked_for(demo, "22 languages are still to be filled in.")

    await save_title(demo, "Sundhedsmyndigheden")

    await until_asked_for(demo, "Sundhedsmyndigheden")
    text = str(demo.slack.messages(EUROPE))
    assert "Sundhdsmyndigheden" not in text
    assert "22 languages are still to be filled in." in text
    await demo.slack.command(PETRA, "/imi-titles", "", channel=EUROPE)
    assert "Sundhedsmyndigheden" in view_text(demo, PETRA)


async def test_a_title_that_is_changed_back_is_not_asked_for(demo: Demo) -> None:  # R29, D17
    await open_authority(demo)
    await save_title(demo, "Sundhed og Omsorg", "yes")
    await until_asked_for(demo, "Sundhed og Omsorg")

    await save_title(demo, "Sundhedsstyrelsen", "yes")

    await until_asked_for(demo, WITHDRAWN)
    assert "title_translate" not in str(demo.slack.messages(EUROPE))


async def test_a_tick_without_a_changed_title_is_said(demo: Demo) -> None:  # R27, D17
    await open_authority(demo)

    await save_title(demo, "Sundhedsstyrelsen", "yes")

    unchanged = _(
        "The informal title is unchanged, so the Commission is not asked to translate it."
    )
    assert unchanged in view_text(demo)
    await save_title(demo, "Sundhed og Omsorg", "yes")
    assert unchanged not in view_text(demo)


async def test_the_card_says_that_the_title_waits(demo: Demo) -> None:  # R29, D17
    await open_authority(demo)
    await save_title(demo, "Sundhed og Omsorg", "yes")
    await demo.slack.close(ANNA, clear=True)

    await demo.slack.command(ANNA, "/imi-authority")

    waits = _("The new title is waiting to be translated by the Commission.")
    assert waits in view_text(demo)


async def test_a_removed_authority_is_not_asked_for(demo: Demo) -> None:  # R29, D14
    await open_authority(demo)
    await save_title(demo, "Sundhed og Omsorg", "yes")
    await until_asked_for(demo, "Sundhed og Omsorg")
    await demo.slack.command(KARIN, "/imi-authority", "sundhed")
    await demo.slack.click(KARIN, "authority_remove")
    await demo.slack.until(lambda: "confirmation" in blocks_of(demo, KARIN))

    await demo.slack.fill(KARIN, {"confirmation": "Vesterlands Sundhedsstyrelse"})
    await demo.slack.submit(KARIN)

    await until_asked_for(demo, WITHDRAWN)
    assert "title_translate" not in str(demo.slack.messages(EUROPE))
    await demo.slack.command(PETRA, "/imi-titles", "", channel=EUROPE)
    assert _en("There are no titles to translate.") in view_text(demo, PETRA)
