"""Tests of the message with the result of an import, while Slack has faults."""

import pytest
from structlog.testing import capture_logs

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, view_text
from tests.handlers.imports.import_actions import IDA, WRONG, check_file

REGISTERED = "1 bruger er registreret"


@pytest.mark.parametrize(
    ("fault", "code"), [("timeout", None), ("error:internal_error", "internal_error")]
)
async def test_an_import_whose_result_message_slack_refuses_is_not_called_stopped(
    demo: Demo, fault: str, code: str | None
) -> None:  # R12
    await check_file(demo, IDA)
    demo.slack.faults.add("chat.postMessage", fault, times=50, seconds=0.01)
    drawn = homes_drawn(demo)

    with capture_logs() as logs:
        await demo.slack.submit(ANNA)
        ends = {"import_result_not_sent", "unexpected_error"}
        await demo.slack.until(lambda: any(one["event"] in ends for one in logs), 60)

    (end,) = [one for one in logs if one["event"] in ends]
    assert (end["event"], end["code"]) == ("import_result_not_sent", code)
    assert REGISTERED in view_text(demo)
    await demo.slack.until(lambda: homes_drawn(demo) > drawn)


async def test_an_import_whose_refused_rows_slack_does_not_take_is_reported_without_the_file(
    demo: Demo,
) -> None:  # R12
    await check_file(demo, IDA, WRONG)
    demo.slack.faults.add("files.getUploadURLExternal", "timeout", times=50, seconds=0.01)

    await demo.slack.submit(ANNA)

    text = texts("da").gettext(
        "Slack did not accept the file. Try again. If the problem persists, contact"
        " your IT department."
    )
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)), 15)
    assert REGISTERED in str(demo.slack.messages(ANNA))
    assert REGISTERED in view_text(demo)


def homes_drawn(demo: Demo) -> int:
    return sum(one.method == "views.publish" for one in demo.slack.calls)
