"""Tests that reminders are due at nine in the user's time zone (R69, R70, D6)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reminders.rules import (
    EXPIRY_THRESHOLDS,
    SEND_AT,
    Threshold,
    due_at,
)
from tests.times import NOON

ZONES = st.sampled_from(sorted(available_timezones()))
MOMENTS = st.integers(-800, 4000 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(MOMENTS, ZONES, st.sampled_from(EXPIRY_THRESHOLDS))
def test_a_reminder_is_due_at_nine_its_number_of_days_before(
    expires_at: datetime, tz: str, threshold: Threshold
) -> None:  # D6
    due = due_at(expires_at, threshold, tz)

    zone = ZoneInfo(tz)
    last_day = expires_at.astimezone(zone).date()
    assert due.tzinfo == UTC
    assert due.astimezone(zone).date() == last_day - timedelta(days=int(threshold))
    assert due.astimezone(zone).time() == SEND_AT


@given(MOMENTS, ZONES)
def test_reminders_are_due_in_the_order_of_their_thresholds(
    expires_at: datetime, tz: str
) -> None:  # D6
    moments = [due_at(expires_at, threshold, tz) for threshold in EXPIRY_THRESHOLDS]

    assert moments == sorted(set(moments))


@pytest.mark.parametrize(
    ("expires_at", "tz", "due"),
    [
        # The clocks go forward on 29 March 2026: nine is one hour earlier in UTC from then on.
        ("2026-03-29T12:00", "Europe/Copenhagen", "2026-03-28T08:00"),
        ("2026-03-30T12:00", "Europe/Copenhagen", "2026-03-29T07:00"),
        # And back on 25 October.
        ("2026-10-25T12:00", "Europe/Copenhagen", "2026-10-24T07:00"),
        ("2026-10-26T12:00", "Europe/Copenhagen", "2026-10-25T08:00"),
        ("2028-03-01T12:00", "UTC", "2028-02-29T09:00"),
        # In Auckland the last day is a day further.
        ("2026-07-01T20:00", "Pacific/Auckland", "2026-06-30T21:00"),
        ("2026-07-01T20:00", "Mars/Olympus", "2026-06-30T09:00"),
        ("2026-07-01T20:00", "", "2026-06-30T09:00"),
        ("2026-07-01T20:00", "../etc/passwd", "2026-06-30T09:00"),
    ],
)
def test_a_reminder_falls_on_the_calendar_day_before(
    expires_at: str, tz: str, due: str
) -> None:  # D6
    moment = datetime.fromisoformat(f"{expires_at}+00:00")

    assert due_at(moment, Threshold.DAY, tz) == datetime.fromisoformat(f"{due}+00:00")


@pytest.mark.parametrize(
    ("expiry", "digest"),
    [
        ("2026-03-02T12:00", "2026-03-03T08:00"),
        ("2026-03-02T08:00", "2026-03-02T08:00"),
        ("2026-03-02T08:00:01", "2026-03-03T08:00"),
        # The night in which summer time begins.
        ("2026-03-28T20:00", "2026-03-29T07:00"),
        ("2026-07-02T06:59", "2026-07-02T07:00"),
    ],
)
def test_an_expiry_is_due_with_the_next_digest_of_the_day(expiry: str, digest: str) -> None:  # D4
    """The digest is sent at nine in Brussels, wherever the user lives."""
    moment = datetime.fromisoformat(f"{expiry}+00:00")

    for tz in ("Asia/Tokyo", "Europe/Copenhagen"):
        assert due_at(moment, Threshold.TEMPORARY_EXPIRED, tz) == datetime.fromisoformat(
            f"{digest}+00:00"
        )


def test_reminders_are_sent_at_nine() -> None:
    assert time(9) == SEND_AT
