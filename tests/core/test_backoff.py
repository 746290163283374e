"""Tests of the exponential backoff."""

from datetime import timedelta

from core.backoff import exponential_backoff

FIRST, MAXIMUM = timedelta(seconds=5), timedelta(hours=1)


def test_the_backoff_doubles_up_to_its_maximum() -> None:
    pauses = [
        exponential_backoff(failures, FIRST, MAXIMUM).total_seconds()
        for failures in (1, 2, 3, 11, 40)
    ]

    assert pauses == [5, 10, 20, 3600, 3600]


def test_jitter_shortens_the_backoff_by_up_to_half() -> None:
    pauses = [
        exponential_backoff(3, FIRST, MAXIMUM, jitter).total_seconds() for jitter in (0.0, 0.5, 1.0)
    ]

    assert pauses == [10, 15, 20]
