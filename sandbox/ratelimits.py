"""Slack's real rate limits, off until `enabled` is set."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

# Calls a minute, from Slack's page on rate limits.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class RateLimits:
    """Counts calls a minute by method, and messages a second by channel."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.enabled = False
        # Slack says "several hundred" of them for a workspace.
        self.posts_per_minute = 300
        self._now = now
        self._seen: dict[str, list[datetime]] = {}

    def count_call(self, method: str, tier: int) -> None:
        """Count a call; ApiError `ratelimited` with `retry_after` (seconds) when it is too many."""
        if tier:
            self._count(method, TIERS[tier], MINUTE)

    def count_message(self, channel: str) -> None:
        """Count a message; ApiError where the channel had one this second, or all had too many."""
        self._count(f"message {channel}", 1, SECOND)
        self._count("messages", self.posts_per_minute, MINUTE)

    def _count(self, key: str, limit: int, window: timedelta) -> None:
        if not self.enabled:
            return
        now = self._now()
        recent = [at for at in self._seen.get(key, []) if now - at < window]
        if len(recent) >= limit:
            left = (recent[0] + window - now).total_seconds()
            raise ApiError("ratelimited", retry_after=max(1, math.ceil(left)))
        self._seen[key] = [*recent, now]
