"""Tests of unexpected errors: a reference for the person, the type in the log, no form data."""

import errno
import json

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.demo import Demo
from handlers.register import Handlers
from tests.handlers.demo_actions import (
    ANNA,
    IDA,
    answers,
    blocks_of,
    change_user,
    find_user,
    home_text,
    last_answer,
    register,
    view_text,
)
from tests.handlers.recording_app import unused_dependencies
from tests.handlers.signed_requests import send_for_status

BROKEN = {
    "type": "view_submission",
    "team": {"id": "T0IMI", "domain": "imi"},
    "user": {"id": "U0ANNA", "team_id": "T0IMI"},
    "view": {"id": "V1", "type": "modal", "callback_id": "adduser_form", "state": []},
}
SORRY = "Noget gik galt, og intet blev ændret."


async def test_a_failing_command_shows_a_reference(demo: Demo) -> None:
    demo.slack.faults.add("views.open", "error:internal_error")

    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.until(lambda: answers(demo))

    assert SORRY in last_answer(demo)


async def test_a_failing_submission_keeps_the_form(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {**IDA})
    await demo.slack.submit(ANNA)
    await demo.slack.fill(ANNA, {"username": "ida.m"})
    monkeypatch.setattr(demo.product.store, "write", full)

    await demo.slack.submit(ANNA)

    assert SORRY in view_text(demo)
    below = demo.slack.views(ANNA)[0]
    assert "ida.m" in json.dumps(below["state"], ensure_ascii=False)


async def test_a_failing_button_keeps_the_form(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {"first_name": "Ida"})
    demo.slack.faults.add("views.update", "error:internal_error")

    answers = await demo.slack.fill(ANNA, {"member": "U0JONAS"})

    assert [answer.ok for answer in answers] == [True]
    assert SORRY in view_text(demo)
    below = demo.slack.views(ANNA)[0]
    assert below["state"]["values"]["first_name:0"]["first_name"]["value"] == "Ida"


async def test_a_failing_shortcut_shows_a_reference(demo: Demo) -> None:
    demo.slack.faults.add("views.open", "error:internal_error")

    answer = await demo.slack.shortcut(ANNA, "add_user")

    assert answer.ok
    assert SORRY in view_text(demo)


async def test_a_button_is_acknowledged_even_if_slack_refuses_the_modal(demo: Demo) -> None:
    demo.slack.faults.add("views.open", "error:internal_error", times=2)

    answer = await demo.slack.shortcut(ANNA, "add_user")

    assert answer.ok
    assert demo.slack.view(ANNA) is None


async def test_clearing_the_picked_member_keeps_the_form(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {"first_name": "Ida", "member": "U0JONAS"})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo))

    answers = await demo.slack.fill(ANNA, {"member": None})

    assert all(answer.ok for answer in answers)
    assert blocks_of(demo)["first_name:1"]["element"]["initial_value"] == "Jonas"


async def test_a_malformed_payload_is_refused_and_changes_nothing(demo: Demo) -> None:
    assert await send_for_status(demo, BROKEN) == 400


async def test_home_shows_a_user_whose_first_mail_is_still_waiting(demo: Demo) -> None:
    demo.slack.mailbox.faults.add("defer", times=5)
    await register(demo, member="U0JONAS")
    user = await find_user(demo, "joestergaard")
    assert user is not None
    await change_user(demo, user, password_id=None)

    await demo.slack.open_home("U0JONAS")
    await demo.slack.until(lambda: demo.slack.home("U0JONAS") is not None)

    assert "Dit password: midlertidigt" in home_text(demo, "U0JONAS")


async def test_without_database_and_slack_the_error_is_still_logged() -> None:
    nowhere = AsyncWebClient(base_url="http://127.0.0.1:9/", retry_handlers=[])
    request = AsyncBoltRequest(body={**BROKEN, "type": "block_actions"}, mode="socket_mode")

    answer = await Handlers(unused_dependencies()).answer_unexpected_error(
        ValueError(), request, nowhere
    )

    assert (answer.status, answer.body) == (200, "")


async def test_without_a_known_language_the_error_is_in_english() -> None:
    request = AsyncBoltRequest(body=BROKEN, mode="socket_mode")

    answer = await Handlers(unused_dependencies()).answer_unexpected_error(
        ValueError(), request, AsyncWebClient()
    )

    assert "Something went wrong, and nothing was changed." in answer.body


@pytest.mark.parametrize(
    ("action", "value"),
    [("role_holders", "nonsense"), ("user_menu", "eat:1"), ("user_menu", "edit:all")],
)
async def test_a_forged_button_value_is_refused(demo: Demo, action: str, value: str) -> None:
    body = {
        "type": "block_actions",
        "team": {"id": "T0IMI", "domain": "imi"},
        "user": {"id": "U0ANNA", "team_id": "T0IMI"},
        "trigger_id": "1.2.x",
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }

    assert await send_for_status(demo, body) == 400
    assert demo.slack.view(ANNA) is None
