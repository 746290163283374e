"""Slack's rate limits, which the sandbox enforces only if they are enabled."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

# Tier -> calls a minute, from Slack's page on rate limits.
CALLS_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class RateLimits:
    """Counts calls by method and minute, messages by channel and second."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.enabled = False
        # Slack's page says "several hundred" messages a minute for a workspace.
        self.posts_per_minute = 300
        self._now = now
        self._seen: dict[str, list[datetime]] = {}

    def count_call(self, method: str, tier: int) -> None:
        """Count a call; ApiError `ratelimited` with `retry_after` (seconds) above the tier's limit.

        Tier 0 has no limit.
        """
        if tier:
            self._count(method, CALLS_PER_MINUTE[tier], MINUTE)

    def count_message(self, channel: str) -> None:
        """Count a message; ApiError `ratelimited` if there are too many.

        The limits are one a second in each channel and `posts_per_minute` in the workspace.
        """
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
