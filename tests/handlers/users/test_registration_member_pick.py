"""Tests of picking a Slack member for the form, with delays and faults."""

import asyncio

import pytest

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, IDA, JONAS, LUKASZ, blocks_of, open_form, view_text

_ = texts("da").gettext


def typed_first_name(demo: Demo) -> str:
    blocks = blocks_of(demo)
    field = next(block for key, block in blocks.items() if key.startswith("first_name"))
    return str(field["element"].get("initial_value"))


async def test_submitting_before_the_profile_arrives_shows_the_form_with_it(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, IDA)
    demo.slack.faults.add("users.info", "slow", seconds=0.5)

    picking = asyncio.create_task(demo.slack.fill(ANNA, {"member": JONAS}))
    await demo.slack.until(lambda: f'"selected_user": "{JONAS}"' in view_text(demo))
    answer = await demo.slack.submit(ANNA)

    assert (answer.ok, answer.errors) == (True, {})
    hint = (
        "Choosing a Slack member fills in name, e-mail and language; the username is sent"
        " to that member."
    )
    assert blocks_of(demo)["refused"]["text"]["text"] == _(hint)
    assert typed_first_name(demo) == "Jonas"
    assert [late.ok for late in await picking] == [True]
    assert typed_first_name(demo) == "Jonas"
    await demo.slack.submit(ANNA)
    assert "username" in blocks_of(demo)


async def test_the_profile_of_an_existing_user_is_not_filled_in(demo: Demo) -> None:  # D21
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {"first_name": "Ida"})

    await demo.slack.fill(ANNA, {"member": "U0ELISE"})

    assert _("This Slack member already has an account in IMI.") in view_text(demo)
    assert "elise" not in view_text(demo).casefold().replace("u0elise", "")
    below = demo.slack.views(ANNA)[0]
    assert below["state"]["values"]["first_name:0"]["first_name"]["value"] == "Ida"


async def test_a_late_profile_does_not_replace_the_next_step(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {"member": JONAS})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo))
    demo.slack.faults.add("views.update", "error:hash_conflict")

    answers = await demo.slack.fill(ANNA, {"member": LUKASZ})

    assert [answer.ok for answer in answers] == [True]
    assert typed_first_name(demo) == "Jonas"
    assert (await demo.slack.submit(ANNA)).errors == {}
    assert typed_first_name(demo) == "Łukasz"


async def test_submitting_after_a_failed_pick_fills_the_form_in(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    demo.slack.faults.add("views.update", "error:internal_error")
    await demo.slack.fill(ANNA, {"member": JONAS})
    await demo.slack.close(ANNA)
    await demo.slack.fill(ANNA, IDA)

    await demo.slack.submit(ANNA)

    assert typed_first_name(demo) == "Jonas"


async def test_a_picked_guest_is_refused_at_the_field(demo: Demo) -> None:  # D21
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {**IDA, "member": "U0GUEST"})
    await demo.slack.close(ANNA)

    answer = await demo.slack.submit(ANNA)

    assert set(answer.errors) == {"member"}
    assert "first_name:0" in blocks_of(demo)


async def test_a_member_of_another_workspace_cannot_be_picked(demo: Demo) -> None:  # D21
    await demo.slack.update_member("U0NIKOS", team_id="T0FAR")
    await demo.slack.command(ANNA, "/imi-adduser")

    await demo.slack.fill(ANNA, {"member": "U0NIKOS"})

    assert _(
        "Members of another workspace cannot have or manage accounts in IMI here."
        " Contact your own authority."
    ) in view_text(demo)


async def test_picking_a_member_fills_the_form_in_and_keeps_other_input(demo: Demo) -> None:
    await open_form(demo)
    await demo.slack.fill(ANNA, {"phone": "+4533445566", "roles_PQ": ["PQ:BASIC"]})

    await demo.slack.fill(ANNA, {"member": LUKASZ})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo))

    blocks = blocks_of(demo)
    assert blocks["first_name:1"]["element"]["initial_value"] == "Łukasz"
    assert blocks["last_name:1"]["element"]["initial_value"] == "Wójcik"
    assert blocks["email:1"]["element"]["initial_value"] == "lukasz.wojcik@sundhed.example"
    assert blocks["language:1"]["element"]["initial_option"]["value"] == "pl"
    view = demo.slack.view(ANNA)
    assert view is not None
    values = view["state"]["values"]
    assert values["phone"]["phone"]["value"] == "+4533445566"
    assert values["roles_PQ"]["roles_PQ"]["selected_options"][0]["value"] == "PQ:BASIC"


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (
            "U0GUEST",
            (
                "Guests of the workspace cannot have or manage accounts in IMI. Ask the"
                " owner of the workspace for full membership."
            ),
        ),
        (
            "U0GONE",
            (
                "This Slack member is deactivated. Leave the field empty, or ask the"
                " owner of the workspace."
            ),
        ),
    ],
)
async def test_a_member_who_cannot_be_a_user_cannot_be_picked(  # D21
    demo: Demo, member: str, sentence: str
) -> None:
    await open_form(demo)

    await demo.slack.fill(ANNA, {"first_name": "Ida", "member": member})

    await demo.slack.until(lambda: len(demo.slack.views(ANNA)) == 2)
    assert _(sentence) in view_text(demo)
    below = demo.slack.views(ANNA)[0]
    assert below["state"]["values"]["first_name:0"]["first_name"]["value"] == "Ida"


async def test_a_member_with_an_account_is_refused_at_the_field(demo: Demo) -> None:  # D21
    await open_form(demo)
    await demo.slack.fill(ANNA, {**IDA, "member": ANNA})
    await demo.slack.until(lambda: len(demo.slack.views(ANNA)) == 2)
    await demo.slack.close(ANNA)

    await demo.slack.fill(ANNA, {"email": "other@sundhed.example"})
    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {"member": _("This Slack member already has an account in IMI.")}
