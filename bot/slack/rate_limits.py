"""Slack's limits kept: an even pace for each method and each channel, and a rest after a 429."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiolimiter import AsyncLimiter

from bot.slack.errors import SlackUnreachable

POST_MESSAGE = "chat.postMessage"
MINUTE = 60.0
# So many calls may come at once; together with the pace they stay under a minute's limit.
BURST = 10
MAX_CHANNELS = 1000
# Slack's tiers for the methods that the worker calls besides posting, in calls a minute.
TIERS = {
    "users.info": 100,
    "chat.update": 50,
    "conversations.open": 50,
    "conversations.history": 50,
}


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Calls a minute by method, and how far apart messages to one channel are, in seconds."""

    per_minute: Mapping[str, int] = field(default_factory=lambda: {POST_MESSAGE: 300, **TIERS})
    channel_seconds: float = 1.05

    @classmethod
    def of(cls, posts_per_minute: int, channel_seconds: float) -> "RateLimits":
        """Return the limits with this pace of posting, and Slack's own for the other methods."""
        return cls({POST_MESSAGE: posts_per_minute, **TIERS}, channel_seconds)


class RateLimiter:
    """Lets calls through as fast as Slack takes them; a method told to rest rests alone."""

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
        self._rests_until: dict[str, datetime] = {}

    async def turn(self, method: str, channel: str | None = None) -> None:
        """Wait for a call's turn.

        Raises:
            SlackUnreachable: Slack wants the method to rest; `after` says how long.
        """
        left = self.rests(method)
        if left:
            raise SlackUnreachable("paused", left)
        if channel is not None and self._limits.channel_seconds:
            await self._of_channel(channel).acquire()
        limiter = self._methods.get(method)
        if limiter is not None:
            await limiter.acquire()

    def rest(self, method: str, after: timedelta) -> None:
        """Let the method rest: Slack said so, for this method in this workspace."""
        until = self._clock() + after
        self._rests_until[method] = max(until, self._rests_until.get(method, until))

    def rests(self, method: str) -> timedelta:
        """Return for how long the method still rests."""
        now = self._clock()
        return max(self._rests_until.get(method, now) - now, timedelta(0))

    def _of_channel(self, channel: str) -> AsyncLimiter:
        limiter = self._channels.pop(channel, None)
        if limiter is None:
            limiter = AsyncLimiter(1, self._limits.channel_seconds)
        # The channels used last are kept; the one unused the longest goes.
        self._channels[channel] = limiter
        while len(self._channels) > MAX_CHANNELS:
            del self._channels[next(iter(self._channels))]
        return limiter


def _burst(number: int) -> int:
    return max(1, min(BURST, number // 10))
