"""Tests that refused requests are counted, and logged at most once in ten minutes."""

from structlog.testing import capture_logs

from bot.slack.request_record import LOG_EVERY_SECONDS, RequestFault, RequestRecord
from bot.slack.slack_clock import SlackClock
from core.health.rules import SignedRequests


def test_each_reason_is_logged_once_in_ten_minutes_with_the_number_since() -> None:
    now = [0.0]
    record = RequestRecord(SlackClock(), monotonic=lambda: now[0])
    with capture_logs() as logs:
        record.refuse(RequestFault.SIGNATURE)
        now[0] = LOG_EVERY_SECONDS - 1
        record.refuse(RequestFault.SIGNATURE)
        record.refuse(RequestFault.UNSIGNED)
        now[0] = LOG_EVERY_SECONDS
        record.refuse(RequestFault.SIGNATURE)
        record.refuse(RequestFault.UNSIGNED)

    assert [(line["reason"], line["number"]) for line in logs] == [
        ("signature", 1),
        ("unsigned", 1),
        ("signature", 2),
    ]


def test_a_signature_is_right_even_when_the_clock_is_wrong() -> None:
    record = RequestRecord(SlackClock())

    record.refuse(RequestFault.CLOCK, seconds_ahead=360)
    assert record.signed_requests == SignedRequests(right=1, wrong=0)

    record.accept()
    record.refuse(RequestFault.SIGNATURE)
    record.refuse(RequestFault.UNSIGNED)
    assert record.signed_requests == SignedRequests(right=2, wrong=1)
