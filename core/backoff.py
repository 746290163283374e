"""The exponential backoff between attempts that fail."""

from datetime import timedelta


def exponential_backoff(
    failures: int, first: timedelta, maximum: timedelta, jitter: float = 1.0
) -> timedelta:
    """Return the pause after so many failures: it doubles from `first` up to `maximum`.

    `jitter` in [0, 1] shortens it by up to half, so that what failed together is not retried
    together.
    """
    pause: timedelta = first * int(2 ** min(failures - 1, 20))
    return min(pause, maximum) * (0.5 + jitter / 2)
