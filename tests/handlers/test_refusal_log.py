"""Tests that refusals are logged by type and user id, without any input."""

from structlog.testing import capture_logs

from bot.demo.demo import Demo
from tests.handlers.demo_actions import ANNA, JONAS, register


async def test_a_refusal_is_logged_by_its_type(demo: Demo) -> None:  # R38, D21
    jonas = await register(demo, member=JONAS)
    await demo.slack.close(ANNA, clear=True)

    with capture_logs() as logs:
        await demo.slack.command(JONAS, "/imi-users", "anna")
        await demo.slack.command("U0NIKOS", "/imi-users", "anna")
        await demo.slack.command(ANNA, "/imi-reset", "anna")

    refused = [(one["refusal"], one["user"]) for one in logs if one["event"] == "request_refused"]
    assert refused[:2] == [("NotAdministratorError", jonas.id), ("NotAUserError", None)]
    assert "OwnPasswordError" in str(refused[2:])
    assert "anna" not in str(logs).casefold()
