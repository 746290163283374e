"""Tests of the Commission's title queue in Slack."""

from dataclasses import replace

from bot.demo.demo import Demo
from core.authorities.rows import titles
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, home_text, last_answer, view_text

_, _en = texts("da").gettext, texts("en").gettext
PETRA, EUROPE, GUEST = "U0PETRA", "C0EUROPE", "U0GUEST"


async def change_title(demo: Demo, title: str = "Sundhed og Omsorg") -> None:
    """Change the title substantially as Anna, and wait until the Commission is asked."""
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: demo.slack.home(ANNA) is not None)
    await demo.slack.click(ANNA, "open_authority", "home")
    values = {"informal_title": title, "substantial": ["yes"], "languages": ["da"]}
    await demo.slack.fill(ANNA, {**values, "text_language": "en"})
    assert (await demo.slack.submit(ANNA)).errors == {}
    await demo.slack.close(ANNA, clear=True)
    await demo.slack.until(lambda: title in str(demo.slack.messages(EUROPE)))


async def test_a_changed_title_is_translated_in_the_commissions_channel(
    demo: Demo,
) -> None:  # R27, R29, D17
    await change_title(demo)
    text = str(demo.slack.messages(EUROPE))
    assert "Sundhedsstyrelsen" in text
    assert "Anna Holm" in text

    await demo.slack.click(PETRA, "title_translate", EUROPE)
    assert "title_en" not in blocks_of(demo, PETRA)
    assert "23 languages are still to be filled in." in text
    await demo.slack.fill(PETRA, {"title_da": "Sundhed & Pleje", "title_fr": "Santé"})
    await demo.slack.submit(PETRA)

    assert _en("Thank you. The titles have been saved.") in view_text(demo, PETRA)
    assert "21 languages are still to be filled in." in view_text(demo, PETRA)
    await demo.slack.until(lambda: "21 languages are" in str(demo.slack.messages(EUROPE)))
    assert "title_translate" in str(demo.slack.messages(EUROPE))
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "Sundhed & Pleje" in home_text(demo))


async def test_the_task_is_closed_with_the_rest_left_as_they_are(demo: Demo) -> None:
    """D17: the form shows what is filled in, and the message says who closed it."""
    await change_title(demo)
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    await demo.slack.fill(PETRA, {"title_da": "Sundhed & Pleje"})
    await demo.slack.submit(PETRA)
    await demo.slack.close(PETRA)
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    assert blocks_of(demo, PETRA)["title_da"]["element"]["initial_value"] == "Sundhed & Pleje"

    await demo.slack.fill(PETRA, {"title_close": ["yes"]})
    await demo.slack.submit(PETRA)

    await demo.slack.until(lambda: "<@U0PETRA>" in str(demo.slack.messages(EUROPE)))
    text = str(demo.slack.messages(EUROPE))
    assert "title_translate" not in text
    assert "22 languages keep the original title." in text


async def test_the_last_language_closes_the_task(demo: Demo) -> None:  # D17
    await change_title(demo)
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    fields = [name for name in blocks_of(demo, PETRA) if name.startswith("title_")]
    everything = {name: "Omsorg" for name in fields if name != "title_close"}
    assert len(everything) == 23

    await demo.slack.fill(PETRA, everything)
    await demo.slack.submit(PETRA)

    await demo.slack.until(lambda: "<@U0PETRA>" in str(demo.slack.messages(EUROPE)))
    assert "still to be filled in" not in view_text(demo, PETRA)
    assert "title_translate" not in str(demo.slack.messages(EUROPE))


async def test_two_translators_at_once_keep_what_the_other_filled_in(demo: Demo) -> None:
    """D23: different languages are both kept; the same one is refused with who and what."""
    await demo.slack.invite(JONAS, EUROPE)
    await change_title(demo)
    for member in (PETRA, JONAS):
        await demo.slack.click(member, "title_translate", EUROPE)
    await demo.slack.fill(JONAS, {"title_da": "Pleje", "title_de": "Pflege"})
    await demo.slack.submit(JONAS)

    await demo.slack.fill(PETRA, {"title_da": "Omsorg", "title_fr": "Soins"})
    await demo.slack.submit(PETRA)

    assert "Nothing has been saved" in blocks_of(demo, PETRA)["refused"]["text"]["text"]
    told = blocks_of(demo, PETRA)["changed_title_da"]["elements"][0]["text"]
    assert told.splitlines() == [
        _en("Changed in the meantime by: {name}", name=f"<@{JONAS}>"),
        _en("Before: {value}", value="–"),
        _en("Now: {value}", value="Pleje"),
    ]
    assert "changed_title_de" not in blocks_of(demo, PETRA)
    await demo.slack.submit(PETRA)
    stored = await demo.product.store.read(lambda tx: titles.translations_of(tx, 2))
    assert stored == {"da": "Omsorg", "de": "Pflege", "fr": "Soins"}


async def test_a_title_that_changes_while_it_is_translated_is_told(demo: Demo) -> None:
    """D17, D23: what was typed is kept, and is not stored for another title without a word."""
    await change_title(demo)
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    await demo.slack.fill(PETRA, {"title_da": "Pleje"})
    await change_title(demo, "Omsorg")

    await demo.slack.submit(PETRA)

    told = blocks_of(demo, PETRA)["changed_new_title"]["elements"][0]["text"]
    assert told.splitlines()[0] == _en("Changed in the meantime by: {name}", name="Anna Holm")
    assert "Omsorg" in told
    assert blocks_of(demo, PETRA)["title_da"]["element"]["initial_value"] == "Pleje"
    await demo.slack.submit(PETRA)
    assert _en("Thank you. The titles have been saved.") in view_text(demo, PETRA)


async def test_another_change_of_the_title_updates_the_message(demo: Demo) -> None:  # D17
    await change_title(demo)
    await change_title(demo, "Omsorg")

    assert len(demo.slack.messages(EUROPE)) == 1


async def test_a_member_who_only_previews_the_channel_cannot_list_tasks(demo: Demo) -> None:  # D17
    await change_title(demo)

    await demo.slack.command(ANNA, "/imi-titles", "", channel=EUROPE)

    assert "Sundhed og Omsorg" not in view_text(demo)
    assert _("Only members of the Commission's channel can translate titles.") in view_text(demo)


async def test_open_tasks_are_listed_in_the_channel(demo: Demo) -> None:  # D17
    await demo.slack.command(PETRA, "/imi-titles", "", channel=EUROPE)
    assert _en("There are no titles to translate.") in view_text(demo, PETRA)
    await demo.slack.close(PETRA)
    await change_title(demo)

    await demo.slack.command(PETRA, "/imi-titles", "", channel=EUROPE)
    assert "Sundhed og Omsorg" in view_text(demo, PETRA)
    await demo.slack.click(PETRA, "title_translate")

    await demo.slack.until(lambda: "title_da" in blocks_of(demo, PETRA))


def test_tasks_beyond_the_first_are_counted() -> None:
    from handlers.authorities import title_translation_views

    view = title_translation_views.queue((), 3, "en")

    assert "and 3 more" in str(view)


async def test_in_other_channels_the_command_names_the_commissions_channel(
    demo: Demo,
) -> None:  # D17
    await demo.slack.command(ANNA, "/imi-titles")
    assert "<#C0EUROPE>" in last_answer(demo)

    await demo.slack.command(ANNA, "/imi-titles", "help")
    assert last_answer(demo).startswith("*/imi-titles*")


def test_without_a_commission_channel_the_command_reports_it() -> None:
    from handlers.authorities.title_translation_listeners import other_channel_text

    assert "has not been set" in other_channel_text(None, "en")


async def test_a_guest_cannot_translate(demo: Demo) -> None:  # D21
    await change_title(demo)
    await demo.slack.invite(GUEST, EUROPE)

    await demo.slack.command(GUEST, "/imi-titles", "", channel=EUROPE)
    assert demo.slack.view(GUEST) is None
    await demo.slack.click(GUEST, "title_translate", EUROPE)

    assert "title_da" not in blocks_of(demo, GUEST)


async def test_the_second_of_two_translators_sees_that_the_task_is_closed(
    demo: Demo,
) -> None:  # D17
    await change_title(demo)
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    await demo.slack.fill(PETRA, {"title_da": "x"})
    now = demo.slack.clock.now()
    await demo.product.store.write(lambda tx: titles.close_task(tx, 1, "U0OTHER", now))

    await demo.slack.submit(PETRA)

    assert _en("Someone has translated this title in the meantime.") in view_text(demo, PETRA)


async def test_an_empty_form_has_no_error_and_leaves_the_task_open(demo: Demo) -> None:  # D17
    await change_title(demo)
    await demo.slack.click(PETRA, "title_translate", EUROPE)

    assert (await demo.slack.submit(PETRA)).errors == {}

    assert "23 languages are still to be filled in." in view_text(demo, PETRA)


async def test_a_former_member_of_the_channel_cannot_translate(demo: Demo) -> None:  # D17
    await change_title(demo)
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    await demo.slack.fill(PETRA, {"title_da": "Omsorg"})
    channel = demo.slack.workspace.channels[EUROPE]
    demo.slack.workspace.put_channel(replace(channel, members=()))

    await demo.slack.submit(PETRA)

    text = _en("Only members of the Commission's channel can translate titles.")
    assert text in view_text(demo, PETRA)
    tasks, _total = await demo.product.store.read(lambda tx: titles.open_tasks(tx, 10))
    assert len(tasks) == 1


async def test_translators_are_refused_in_the_language_of_their_slack(demo: Demo) -> None:  # D25
    """Each of the four refusals: at the form, at a button, at the list, and of a guest."""
    await change_title(demo)
    await demo.slack.invite(GUEST, EUROPE)
    for member in (PETRA, GUEST):
        await demo.slack.update_member(member, locale="da-DK")
    await demo.slack.command(PETRA, "/imi-titles", "", channel=EUROPE)
    channel = demo.slack.workspace.channels[EUROPE]
    absent, present = replace(channel, members=(GUEST,)), channel
    refused = _("Only members of the Commission's channel can translate titles.")

    demo.slack.workspace.put_channel(absent)
    await demo.slack.click(PETRA, "title_translate")
    assert refused in view_text(demo, PETRA)
    await demo.slack.close(PETRA)

    demo.slack.workspace.put_channel(present)
    await demo.slack.click(PETRA, "title_translate")
    await demo.slack.fill(PETRA, {"title_fr": "x"})
    demo.slack.workspace.put_channel(absent)
    await demo.slack.submit(PETRA)
    assert refused in view_text(demo, PETRA)
    await demo.slack.close(PETRA, clear=True)

    await demo.slack.command(PETRA, "/imi-titles", "", channel=EUROPE)
    assert refused in view_text(demo, PETRA)

    await demo.slack.command(GUEST, "/imi-titles", "", channel=EUROPE)
    assert "Gæster" in str(demo.slack.messages(EUROPE))


async def test_after_an_error_translators_read_their_own_language(demo: Demo) -> None:  # D25
    await demo.slack.update_member(PETRA, locale="da-DK")
    demo.slack.faults.add("views.open", "error:internal_error")

    await demo.slack.command(PETRA, "/imi-titles", "", channel=EUROPE)
    await demo.slack.until(lambda: "Noget gik galt" in str(demo.slack.messages(EUROPE)))
