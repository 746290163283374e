"""Tests that names and texts which the product sends contain no web address (D32)."""

from dataclasses import replace

import pytest

from bot.demo.demo import Demo
from core.languages.texts import texts
from core.users.names import name_of
from tests.handlers.authorities.test_authority_registration_listeners import KARIN, TOWN
from tests.handlers.demo_actions import (
    ANNA,
    IDA,
    JONAS,
    annas_authority,
    blocks_of,
    change_user,
    find_user,
    open_form,
    register,
)
from tests.handlers.imports.test_listeners import number_of_users
from tests.handlers.me.test_listeners import jonas_at
from tests.handlers.resets.test_listeners import request_as_jonas

_, _en = texts("da").gettext, texts("en").gettext
NO_ADDRESS = "A name cannot be a web address. Put a space after a full stop in a name."
NO_ADDRESS_IN_TEXT = (
    "This text is used in messages from IMI, so it cannot contain a web address. Put a"
    " space after a full stop between words."
)
SCRIPTS = "The name mixes letters of several scripts, such as Latin and Greek. Type it again."
EVIL = "Log in now: https://evil.example"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("first_name", EVIL, NO_ADDRESS),
        ("last_name", "evil.example", NO_ADDRESS),
        ("first_name", "Ida 2", "A name cannot contain digits."),
        ("last_name", "Ноlm", SCRIPTS),
    ],
)
async def test_a_name_that_is_a_sentence_reaches_no_mail(
    demo: Demo, field: str, typed: str, sentence: str
) -> None:
    before, mails = await number_of_users(demo), len(demo.slack.mails)
    await open_form(demo)
    await demo.slack.fill(ANNA, {**IDA, field: typed})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {f"{field}:0": _(sentence)}
    assert (await number_of_users(demo), len(demo.slack.mails)) == (before, mails)


async def test_signs_that_stand_in_no_name_are_named(demo: Demo) -> None:
    await open_form(demo)
    await demo.slack.fill(ANNA, {**IDA, "first_name": "<b>Ida</b>"})

    answer = await demo.slack.submit(ANNA)

    assert "< > /" in str(answer.errors["first_name:0"])


async def test_of_a_slack_profile_only_the_name_is_filled_in(demo: Demo) -> None:
    members = demo.slack.workspace.members
    members[JONAS] = replace(members[JONAS], first_name="Jonas (IT) 🎉", last_name=EVIL)
    await open_form(demo)

    await demo.slack.fill(ANNA, {"last_name": "Østergård", "member": JONAS})

    await demo.slack.until(lambda: "email:1" in blocks_of(demo))
    blocks = blocks_of(demo)
    assert blocks["first_name:1"]["element"]["initial_value"] == "Jonas"
    assert blocks["last_name:1"]["element"]["initial_value"] == "Østergård"


async def test_a_name_older_than_the_rules_stays_and_does_not_hinder_an_edit(demo: Demo) -> None:
    ida = await register(demo)
    await change_user(demo, ida, first_name="Ida 2 (Øst)")
    await demo.slack.close(ANNA, clear=True)
    await demo.slack.command(ANNA, "/imi-users", "edit møller")
    await demo.slack.fill(ANNA, {"phone": "33 11 22 33"})

    assert (await demo.slack.submit(ANNA)).errors == {}

    edited = await find_user(demo, ida.username)
    assert edited is not None
    assert (edited.first_name, edited.phone) == ("Ida 2 (Øst)", "+4533112233")
    await demo.slack.close(ANNA, clear=True)
    await demo.slack.command(ANNA, "/imi-users", "edit møller")
    await demo.slack.fill(ANNA, {"first_name": "Ida 3"})
    assert (await demo.slack.submit(ANNA)).errors == {
        "first_name:0": _("A name cannot contain digits.")
    }


@pytest.mark.parametrize("field", ["official_name", "informal_title"])
async def test_an_authority_cannot_be_called_a_web_address(demo: Demo, field: str) -> None:
    await demo.slack.command(KARIN, "/imi-registerauthority")
    await demo.slack.fill(KARIN, {**TOWN, field: EVIL})

    answer = await demo.slack.submit(KARIN)

    assert answer.errors == {field: _en(NO_ADDRESS_IN_TEXT)}


async def test_a_title_cannot_become_a_web_address(demo: Demo) -> None:
    before = await annas_authority(demo)
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: demo.slack.home(ANNA) is not None)
    await demo.slack.click(ANNA, "open_authority", "home")
    values = {"informal_title": "Log in at evil.example", "languages": ["da"]}
    await demo.slack.fill(ANNA, values)

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {"informal_title": _(NO_ADDRESS_IN_TEXT)}
    assert (await annas_authority(demo)).informal_title == before.informal_title


async def test_a_reason_holds_no_web_address(demo: Demo) -> None:
    jonas = await register(demo, member=JONAS)
    await change_user(demo, jonas, username_handed_over_at=demo.slack.clock.now())
    await demo.slack.close(ANNA, clear=True)
    await request_as_jonas(demo)
    await demo.slack.click(ANNA, "reset_decline", ANNA)
    await demo.slack.fill(ANNA, {"reason": f"{EVIL} or ask anna@sundhed.example"})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {"reason": _(NO_ADDRESS_IN_TEXT)}
    await demo.slack.fill(ANNA, {"reason": "Ask anna@sundhed.example"})
    assert (await demo.slack.submit(ANNA)).errors == {}
    await demo.slack.until(lambda: "Ask anna@" in str(demo.slack.messages(JONAS)))


async def test_a_report_holds_no_web_address(demo: Demo) -> None:
    await jonas_at(demo)
    await demo.slack.click(JONAS, "report_detail")
    await demo.slack.fill(JONAS, {"report": "Check my account at evil.example"})

    answer = await demo.slack.submit(JONAS)

    assert answer.errors == {"report": _(NO_ADDRESS_IN_TEXT)}
    await demo.slack.fill(JONAS, {"report": "My address is jonas@sundhed.example"})
    assert (await demo.slack.submit(JONAS)).errors == {}


async def test_every_name_of_the_demo_is_a_name(demo: Demo) -> None:
    for member in demo.slack.workspace.members.values():
        if not member.is_bot:
            assert name_of(member.real_name, "first_name") == member.real_name
