"""Tests of what an authority hears of its access manager's changes, in Slack (R17, R31)."""

from sqlalchemy import Connection

from bot.demo.demo import Demo
from core.authorities.rows import authorities, competences
from core.languages.texts import texts
from tests.handlers.authorities.test_access_manager_listeners import (
    KARIN,
    modules,
    open_modules,
    tick,
)
from tests.handlers.demo_actions import ANNA, blocks_of, view_text, wait_until_sent

_, _en = texts("da").gettext, texts("en").gettext
WILL_BE_NOTIFIED = "Its administrators will be notified."


async def mails_to_the_address(demo: Demo) -> list[str]:
    """Return the mails to Anna's authority once everything is sent."""
    await wait_until_sent(demo)
    return [mail.plain for mail in demo.slack.mails if "post@sundhed.example" in mail.recipients]


async def link_karins_authority(demo: Demo) -> None:
    """Link Karin's authority to Anna's as its coordinator."""

    def link(tx: Connection) -> None:
        authorities.set_coordinator(tx, 2, "PQ", flag=True)
        competences.write_coordinators(tx, 1, "PQ", {2}, ())

    await demo.product.store.write(link)


async def test_keywords_changed_on_its_behalf_are_notified(demo: Demo) -> None:  # R17, R31, D19
    await demo.slack.command(KARIN, "/imi-authority", "sundhed")
    await demo.slack.click(KARIN, "authority_edit")
    await demo.slack.click(KARIN, "authority_tab_modules")
    await demo.slack.until(lambda: "keywords_PQ" in blocks_of(demo, KARIN))
    await demo.slack.suggest(KARIN, "keywords_PQ", "doctor")
    await demo.slack.fill(KARIN, {"keywords_PQ": ["DOCTOR"]})
    before = len(await mails_to_the_address(demo))

    assert (await demo.slack.submit(KARIN)).errors == {}

    (mail,) = (await mails_to_the_address(demo))[before:]
    assert "Changed: Keywords (Professional qualifications)" in mail
    changed = "Ændret: Nøgleord (Erhvervsmæssige kvalifikationer)"
    assert changed in str(demo.slack.messages(ANNA))


async def test_coordination_is_notified(demo: Demo) -> None:  # R31, D19
    await open_modules(demo)
    await tick(demo, "PQ", "PR", coordinating=("PQ",))
    await demo.slack.submit(KARIN)

    assert WILL_BE_NOTIFIED in view_text(demo, KARIN)
    mails = await mails_to_the_address(demo)
    assert "Coordinates from now on: Professional qualifications" in mails[-1]


async def test_a_save_without_a_change_announces_nothing(demo: Demo) -> None:  # R31
    before = len(await mails_to_the_address(demo))
    await open_modules(demo)
    await tick(demo, "PQ", "PR")

    await demo.slack.submit(KARIN)

    assert _en("No modules are granted or withdrawn.") in view_text(demo, KARIN)
    assert WILL_BE_NOTIFIED not in view_text(demo, KARIN)
    assert len(await mails_to_the_address(demo)) == before


async def test_nobody_else_is_notified_of_the_only_administrators_own_change(
    demo: Demo,
) -> None:  # R24, R31
    await demo.slack.command(KARIN, "/imi-modules", "imi-koordinatoren")
    await demo.slack.until(lambda: "modules_0" in blocks_of(demo, KARIN))
    await tick(demo, "PQ")

    await demo.slack.submit(KARIN)

    text = view_text(demo, KARIN)
    assert "Modules saved:" in text
    assert WILL_BE_NOTIFIED not in text


async def test_the_preview_names_who_loses_a_coordinator_and_they_are_notified(
    demo: Demo,
) -> None:  # R31, R37, D18
    await link_karins_authority(demo)
    await open_modules(demo)

    await tick(demo, "PQ", "PR")

    own = await demo.product.store.read(lambda tx: authorities.require(tx, 1))
    unlinked = blocks_of(demo, KARIN)["unlinked"]["text"]["text"]
    assert unlinked.startswith(_en("These authorities will lose their link to this coordinator:"))
    assert f"• *{own.informal_title}*: Professional qualifications" in unlinked
    await demo.slack.submit(KARIN)
    await wait_until_sent(demo)
    (mail,) = [one.plain for one in demo.slack.mails if own.email in one.recipients][-1:]
    assert "The link to a coordinator has been removed" in mail
    assert "Coordinator: Vesterlands Sundhedsstyrelse." in mail
    assert "Modules: Professional qualifications" in mail


async def test_the_question_before_a_removal_names_who_loses_a_coordinator(
    demo: Demo,
) -> None:  # D14, D18
    await link_karins_authority(demo)
    await demo.slack.command(KARIN, "/imi-authority", "sundhed")

    await demo.slack.click(KARIN, "authority_remove")

    await demo.slack.until(lambda: "confirmation" in blocks_of(demo, KARIN))
    assert "unlinked" in blocks_of(demo, KARIN)


async def test_the_preview_leads_back_to_the_ticks(demo: Demo) -> None:  # R19, D18
    await open_modules(demo)
    await tick(demo, "PQ", "SD", coordinating=("SD",))

    await demo.slack.click(KARIN, "access_back")

    await demo.slack.until(lambda: "modules_0" in blocks_of(demo, KARIN))
    ticked = {
        name: [option["value"] for option in blocks_of(demo, KARIN)[name]["element"][key]]
        for name, key in (("modules_0", "initial_options"), ("coordinating_0", "initial_options"))
    }
    assert ticked == {"modules_0": ["PQ", "SD"], "coordinating_0": ["SD"]}
    assert (await demo.slack.submit(KARIN)).errors == {}
    await demo.slack.submit(KARIN)
    assert await modules(demo) == ("PQ", "SD")


async def test_a_module_that_is_only_coordinated_is_refused_at_its_field(
    demo: Demo,
) -> None:  # D18
    await open_modules(demo)
    await demo.slack.fill(KARIN, {"modules_0": ["PR"], "coordinating_0": ["SD"]})

    answer = await demo.slack.submit(KARIN)

    text = _en(
        "An authority can only coordinate modules that it has. Tick the module in the list of"
        " modules too."
    )
    assert answer.errors == {"coordinating_0": text}
    await tick(demo, "PR", "SD", coordinating=("SD",))


async def test_a_coordinated_module_is_withdrawn_with_one_tick(demo: Demo) -> None:  # R19, D18
    await demo.product.store.write(lambda tx: authorities.set_coordinator(tx, 2, "PQ", flag=True))
    await open_modules(demo)

    await tick(demo, "PR", coordinating=("PQ",))

    assert "Withdrawn:\n• Professional" in blocks_of(demo, KARIN)["changes"]["text"]["text"]
