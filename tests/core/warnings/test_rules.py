"""Tests of the times at which warnings are due."""

from datetime import timedelta

from core.warnings.rules import next_warning_at, warnings_due_by
from tests.times import NOON


def test_warnings_are_due_after_1_7_30_days_then_monthly() -> None:  # R39
    days = [(next_warning_at(NOON, warned) - NOON).days for warned in range(6)]

    assert days == [1, 7, 30, 60, 90, 120]
    assert warnings_due_by(NOON, NOON + timedelta(days=29)) == 2
    assert warnings_due_by(NOON, NOON) == 0
