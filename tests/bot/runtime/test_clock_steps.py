"""Tests that a set system clock is detected by the monotonic clock."""

from datetime import timedelta

from bot.runtime.clock_steps import ClockSteps
from tests.times import NOON


def test_only_a_clock_that_was_set_has_stepped() -> None:
    moment, seconds = NOON, 0.0
    steps = ClockSteps(lambda: moment, lambda: seconds)
    seen = []
    for by, passed in ((60, 60), (61, 60), (3660, 60), (0, 60), (-86_400, 60), (60, 60)):
        moment, seconds = moment + timedelta(seconds=by), seconds + passed
        seen.append(steps.since_last_call().total_seconds())

    assert seen == [0, 0, 3600, -60, -86_460, 0]
