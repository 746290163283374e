"""Tests that rate limits apply by method and channel, and that a 429 pauses its method."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.errors import SlackUnreachable
from bot.slack.rate_limits import (
    BURST,
    MAX_CHANNELS,
    MINUTE,
    POST_MESSAGE,
    TIERS,
    RateLimiter,
    RateLimits,
)
from tests.times import NOON


def a_limiter(limits: RateLimits) -> RateLimiter:
    return RateLimiter(limits, lambda: NOON)


async def still_waits(coroutine: Coroutine[Any, Any, None]) -> bool:
    """Return whether the call still waits after all ready tasks have run."""
    task = asyncio.create_task(coroutine)
    for _ in range(5):
        await asyncio.sleep(0)
    done = task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return not done


async def test_after_a_burst_calls_are_spaced_evenly() -> None:
    limiter = a_limiter(RateLimits({POST_MESSAGE: 300}, 0))

    for _ in range(BURST):
        assert not await still_waits(limiter.acquire(POST_MESSAGE, "C0TEAM"))

    assert await still_waits(limiter.acquire(POST_MESSAGE, "C0TEAM"))


def test_burst_and_rate_together_stay_within_the_limit() -> None:
    for number in (2, 20, 50, 100, 300, 1200):
        limiter = a_limiter(RateLimits({"method": number}, 0))
        bucket = limiter._methods["method"]  # noqa: SLF001 - how fast it lets calls through
        assert bucket.max_rate + MINUTE * bucket.max_rate / bucket.time_period <= number + 1e-9


async def test_messages_are_spaced_by_channel() -> None:
    limiter = a_limiter(RateLimits({POST_MESSAGE: 300}, 1.05))
    await limiter.acquire(POST_MESSAGE, "C0TEAM")

    assert await still_waits(limiter.acquire(POST_MESSAGE, "C0TEAM"))
    assert not await still_waits(limiter.acquire(POST_MESSAGE, "C0OTHER"))


async def test_a_pause_applies_to_one_method_alone() -> None:
    limiter = a_limiter(RateLimits.of(300, 0))

    limiter.pause("users.info", timedelta(seconds=30))

    with pytest.raises(SlackUnreachable) as fault:
        await limiter.acquire("users.info")
    assert fault.value.after == timedelta(seconds=30)
    assert not await still_waits(limiter.acquire(POST_MESSAGE, "C0TEAM"))
    assert limiter.pause_left(POST_MESSAGE) == timedelta(0)


async def test_a_shorter_pause_does_not_shorten_a_longer_one() -> None:
    limiter = a_limiter(RateLimits.of(300, 0))

    limiter.pause(POST_MESSAGE, timedelta(seconds=30))
    limiter.pause(POST_MESSAGE, timedelta(seconds=1))

    assert limiter.pause_left(POST_MESSAGE) == timedelta(seconds=30)


async def test_the_least_recently_used_channels_are_evicted() -> None:
    limiter = a_limiter(RateLimits({}, 1.05))
    for number in range(MAX_CHANNELS + 1):
        await limiter.acquire(POST_MESSAGE, f"C{number}")

    assert not await still_waits(limiter.acquire(POST_MESSAGE, "C0"))
    assert await still_waits(limiter.acquire(POST_MESSAGE, f"C{MAX_CHANNELS}"))


def test_the_other_methods_have_slacks_own_tiers() -> None:
    limits = RateLimits.of(60, 2)

    assert limits.per_minute == {POST_MESSAGE: 60, **TIERS}
    assert limits.channel_seconds == 2


async def test_a_pause_ends() -> None:
    moments = [NOON]
    limiter = RateLimiter(RateLimits({}, 0), lambda: moments[-1])
    limiter.pause(POST_MESSAGE, timedelta(seconds=30))
    moments.append(NOON + timedelta(seconds=30))

    await limiter.acquire(POST_MESSAGE, "C0TEAM")

    assert limiter.pause_left(POST_MESSAGE) == timedelta(0)


def test_a_pause_is_over_when_the_clock_was_ahead_meanwhile() -> None:
    """A pause that began while the clock was ahead does not last until that day (B03)."""
    moment = NOON + timedelta(days=366)
    limiter = RateLimiter(RateLimits({}, 0), lambda: moment)
    limiter.pause(POST_MESSAGE, timedelta(seconds=30))
    limiter.pause(POST_MESSAGE, timedelta(seconds=10))
    assert limiter.pause_left(POST_MESSAGE) == timedelta(seconds=30)

    moment = NOON

    assert limiter.pause_left(POST_MESSAGE) == timedelta(0)
