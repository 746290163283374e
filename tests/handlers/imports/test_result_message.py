"""Tests of the message with the result of an import, while Slack has faults."""

import pytest
from structlog.testing import capture_logs

from bot.demo.demo import Demo
from core.errors import RequiredError
from core.imports.rules import ImportReport, ImportRow, RowOutcome, RowStatus
from core.languages.texts import texts
from core.users.rules import UserForm
from handlers.imports.result_message import result_message
from sandbox.checks.messages import check_message
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


async def test_the_result_names_each_refused_row_in_a_table(demo: Demo) -> None:  # R12
    await check_file(demo, IDA, WRONG)

    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: any(m.files for m in demo.slack.messages(ANNA)))
    (message,) = [m for m in demo.slack.messages(ANNA) if REGISTERED in str(m.text)]
    (table,) = [block for block in message.blocks if block["type"] == "data_table"]
    header, row = ([cell["text"] for cell in row] for row in table["rows"])
    t = texts("da")
    assert header == [
        t.gettext("Row"),
        t.pgettext("column", "Name"),
        t.gettext("E-mail"),
        t.gettext("Reason"),
    ]
    assert row[:3] == ["3", "Bo Berg", "bo@sundhed.example"]
    assert t.gettext("Choose one of the 24 languages.") in row[3]
    assert table["rows"][1][0] == {"type": "raw_number", "value": 3, "text": "3"}
    assert "Bo Berg" not in str(message.text)


async def test_a_result_without_refused_rows_has_no_table(demo: Demo) -> None:
    await check_file(demo, IDA)

    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: REGISTERED in str(demo.slack.messages(ANNA)))
    (message,) = [m for m in demo.slack.messages(ANNA) if REGISTERED in str(m.text)]
    assert [block["type"] for block in message.blocks] == ["section"]


@pytest.mark.parametrize(
    ("number", "length", "shown"), [(200, 10, 200), (201, 10, 200), (200, 140, 111)]
)
def test_the_rows_that_no_table_can_show_are_counted(number: int, length: int, shown: int) -> None:
    """Slack allows 200 rows and 20,000 characters."""
    refused = tuple(
        RowOutcome(
            ImportRow(row, UserForm("I", "H", "da", "x" * length, "", "")),
            RowStatus.REFUSED,
            refusal=RequiredError("email"),
        )
        for row in range(100, 100 + number)
    )

    message = result_message(ImportReport(refused), "", "en")

    check_message({"text": message.text, "blocks": message.blocks})
    assert len(message.blocks[1]["rows"]) == shown + 1
    rest = [f"and {number - shown} more"] if number > shown else []
    assert [block["elements"][0]["text"] for block in message.blocks[2:]] == rest


def homes_drawn(demo: Demo) -> int:
    return sum(one.method == "views.publish" for one in demo.slack.calls)
