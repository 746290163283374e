"""Tests that reminders are due at nine in the user's time zone (R69, R70, D6)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy import Policy
from core.reminders.rules import (
    PlannedReminder,
    Threshold,
    due_at,
    expiry_thresholds,
    moved_to_zone,
    next_digest,
)
from tests.times import NOON

ZONES = st.sampled_from(sorted(available_timezones()))
MOMENTS = st.integers(-800, 4000 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(MOMENTS, ZONES, st.integers(0, 180), st.sampled_from([4, 9, 23]))
def test_a_reminder_is_due_at_its_hour_its_number_of_days_before(
    expires_at: datetime, tz: str, threshold: int, hour: int
) -> None:  # D6
    due = due_at(expires_at, threshold, tz, hour)

    zone = ZoneInfo(tz)
    last_day = expires_at.astimezone(zone).date()
    assert due.tzinfo == UTC
    assert due.astimezone(zone).date() == last_day - timedelta(days=int(threshold))
    assert due.astimezone(zone).time() == time(hour)


@given(MOMENTS, ZONES)
def test_reminders_are_due_in_the_order_of_their_thresholds(
    expires_at: datetime, tz: str
) -> None:  # D6
    moments = [due_at(expires_at, one, tz, 9) for one in expiry_thresholds(Policy())]

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

    assert due_at(moment, Threshold.DAY, tz, 9) == datetime.fromisoformat(f"{due}+00:00")


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
        assert due_at(moment, Threshold.TEMPORARY_EXPIRED, tz, 9) == datetime.fromisoformat(
            f"{digest}+00:00"
        )


@pytest.mark.parametrize(("hour", "digest"), [(0, "22:00"), (8, "06:00"), (23, "21:00")])
def test_the_digest_has_the_hour_of_the_reminders(hour: int, digest: str) -> None:  # D4, D6
    moment = datetime.fromisoformat("2026-07-01T22:30+00:00")

    due = next_digest(moment, hour)

    assert f"{due:%H:%M}" == digest
    assert timedelta() <= due - moment < timedelta(days=1)


def test_a_reminder_keeps_its_hour_in_another_time_zone() -> None:  # D6
    due = due_at(NOON, 3, "Europe/Copenhagen", 6)
    reminder = PlannedReminder(1, 2, 3, due)

    moved = moved_to_zone(reminder, NOON, "Europe/Copenhagen", "America/Martinique")

    assert moved == replace(reminder, due_at=due_at(NOON, 3, "America/Martinique", 6))


def test_the_reminders_are_sent_on_the_set_days_and_at_the_expiry() -> None:  # D6
    assert expiry_thresholds(Policy()) == (14, 7, 1, 0)
    assert expiry_thresholds(Policy(reminder_days=(30, 2))) == (30, 2, 0)
