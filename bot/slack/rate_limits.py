"""Slack's rate limits, and a limiter that delays calls and pauses a method after a 429 response.

The sandbox, which simulates Slack, has limits of its own, in `sandbox/webapi/rate_limits.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiolimiter import AsyncLimiter

from bot.slack.errors import SlackUnreachable

POST_MESSAGE = "chat.postMessage"
USERS_INFO = "users.info"
MINUTE = 60.0
# This many calls may come at once; burst and steady rate together stay under a minute's limit.
BURST = 10
MAX_CHANNELS = 1000
# Slack's own limits of messages, unless IMI_SLACK_POSTS_PER_MINUTE or IMI_SLACK_CHANNEL_SECONDS is
# set: several hundred a minute, and one a second in each channel.
POSTS_PER_MINUTE = 300
CHANNEL_SECONDS = 1.05
# Slack's tiers for the worker's other methods, in calls a minute.
TIERS = {
    USERS_INFO: 100,
    "users.lookupByEmail": 50,
    "chat.update": 50,
    "conversations.open": 50,
    "conversations.history": 50,
}


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Calls a minute by method, and the least time between messages in one channel, in seconds."""

    per_minute: Mapping[str, int]
    channel_seconds: float

    @classmethod
    def of(cls, posts_per_minute: int | None, channel_seconds: float | None) -> "RateLimits":
        """Return limits with this rate of messages, and Slack's own for all that is not given."""
        posts = POSTS_PER_MINUTE if posts_per_minute is None else posts_per_minute
        seconds = CHANNEL_SECONDS if channel_seconds is None else channel_seconds
        return cls({POST_MESSAGE: posts, **TIERS}, seconds)


class RateLimiter:
    """Delays calls to Slack so that they stay within the limits; a 429 pauses its method only."""

    def __init__(self, limits: RateLimits, clock: Callable[[], datetime]) -> None:
        self._limits = limits
        self._clock = clock
        self._methods = {
            method: AsyncLimiter(
                _burst(number), MINUTE * _burst(number) / (number - _burst(number))
            )
            for method, number in limits.per_minute.items()
        }
        self._channels: dict[str, AsyncLimiter] = {}
        # Each with the length of the pause: no more than that is ever left, even if the clock was
        # set back meanwhile (B03).
        self._paused_until: dict[str, tuple[datetime, timedelta]] = {}

    async def acquire(self, method: str, channel: str | None = None) -> None:
        """Wait until the limits allow the call.

        Raises:
            SlackUnreachable: the method is paused; `after` is the rest of the pause.
        """
        left = self.pause_left(method)
        if left:
            raise SlackUnreachable("paused", left)
        if channel is not None and self._limits.channel_seconds:
            await self._of_channel(channel).acquire()
        limiter = self._methods.get(method)
        if limiter is not None:
            await limiter.acquire()

    def has_room(self, method: str) -> bool:
        """Return whether `acquire` would let a call of the method through at once."""
        limiter = self._methods.get(method)
        return not self.pause_left(method) and (limiter is None or limiter.has_capacity())

    def pause(self, method: str, duration: timedelta) -> None:
        """Pause the method, as a 429 asks for; it never shortens an earlier pause."""
        longest = max(duration, self.pause_left(method))
        self._paused_until[method] = self._clock() + longest, longest

    def pause_left(self, method: str) -> timedelta:
        """Return how much longer the method is paused; zero if it is not."""
        now, none = self._clock(), timedelta(0)
        until, longest = self._paused_until.get(method, (now, none))
        return until - now if none < until - now <= longest else none

    def _of_channel(self, channel: str) -> AsyncLimiter:
        limiter = self._channels.pop(channel, None)
        if limiter is None:
            limiter = AsyncLimiter(1, self._limits.channel_seconds)
        # Evict the channels that were unused the longest.
        self._channels[channel] = limiter
        while len(self._channels) > MAX_CHANNELS:
            del self._channels[next(iter(self._channels))]
        return limiter


def _burst(number: int) -> int:
    return max(1, min(BURST, number // 10))
