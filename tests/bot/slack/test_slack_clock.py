"""Tests of comparing this machine's clock with Slack's."""

from __future__ import annotations

from datetime import timedelta
from email.utils import formatdate

import pytest
from structlog.testing import capture_logs

from bot.slack.slack_clock import LOG_EVERY_SECONDS, SlackClock, ahead_of

NOW = 1_772_452_800.0


@pytest.mark.parametrize(
    ("headers", "ahead"),
    [
        ({"Date": formatdate(NOW, usegmt=True)}, timedelta()),
        ({"date": formatdate(NOW - 360, usegmt=True)}, timedelta(seconds=360)),
        ({"Date": formatdate(NOW + 360, usegmt=True)}, timedelta(seconds=-360)),
        ({"Date": "yesterday"}, None),
        ({"Date": ""}, None),
        ({}, None),
    ],
)
def test_the_date_of_an_answer_tells_how_far_the_clock_is_ahead(
    headers: dict[str, str], ahead: timedelta | None
) -> None:
    assert ahead_of(headers, NOW) == ahead

    clock = SlackClock(lambda: NOW)
    clock.compare_answer(headers)
    assert clock.ahead == ahead


def test_an_answer_without_a_date_keeps_the_last_measurement() -> None:
    clock = SlackClock(lambda: NOW)
    clock.compare(timedelta(seconds=7))

    clock.compare_answer({})

    assert clock.ahead == timedelta(seconds=7)


def test_a_notable_difference_is_logged_once_in_ten_minutes() -> None:
    now = [0.0]
    clock = SlackClock(monotonic=lambda: now[0])
    with capture_logs() as logs:
        for moment, seconds in ((0, 60), (0, -61), (1, 360), (LOG_EVERY_SECONDS, 361)):
            now[0] = float(moment)
            clock.compare(timedelta(seconds=seconds))

    assert [(line["event"], line["seconds_ahead"]) for line in logs] == [
        ("clock_differs_from_slacks", -61),
        ("clock_differs_from_slacks", 361),
    ]
