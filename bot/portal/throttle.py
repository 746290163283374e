"""The brake on guessing: so many attempts from one address, in a moving window (D3)."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from core.errors import ThrottledError


class Throttle:
    """Counts attempts by address, in this process's memory."""

    def __init__(self, per_minute: int, per_hour: int, clock: Callable[[], datetime]) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._windows = (
            (RateLimitItemPerMinute(per_minute), timedelta(minutes=1)),
            (RateLimitItemPerHour(per_hour), timedelta(hours=1)),
        )
        self._clock = clock

    def check(self, address: str) -> None:
        """Count an attempt.

        Raises:
            ThrottledError: there were too many; it says when the next one is let through.
        """
        network = _network_of(address)
        for item, window in self._windows:
            if not self._limiter.hit(item, network):
                stats = self._limiter.get_window_stats(item, network)
                wait = max(1.0, stats.reset_time - _unix_now())
                raise ThrottledError(
                    self._clock() + timedelta(seconds=min(wait, window.total_seconds()))
                )


def _network_of(address: str) -> str:
    # Whoever has one IPv6 address has the 2**64 of its network (RFC 6177).
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - a protocol's name
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))


def _unix_now() -> float:
    # The library counts in real time, whatever the product's clock shows.
    return time.time()
