"""The throttle on sign-in attempts: by address, by account, and by signed-in user (D3)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from core.errors import ThrottledError

log = structlog.get_logger()

# Longer names are cut off before they are kept; no username is as long.
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class ThrottleLimits:
    """The number of attempts allowed in a minute and in an hour."""

    per_minute: int
    per_hour: int

    def windows(self) -> tuple[tuple[RateLimitItem, timedelta], ...]:
        """Return the limits as items of the `limits` library, with their lengths."""
        return (
            (RateLimitItemPerMinute(self.per_minute), timedelta(minutes=1)),
            (RateLimitItemPerHour(self.per_hour), timedelta(hours=1)),
        )


# One attempt a minute fewer than block an account: however many addresses attack it, it is not
# blocked within a minute (D3). The hourly limit bounds the hash operations that one name costs,
# whether or not the account exists. The limits per address are settings, IMI_THROTTLE_PER_MINUTE
# and IMI_THROTTLE_PER_HOUR.
PER_ACCOUNT = ThrottleLimits(per_minute=4, per_hour=20)


class Throttle:
    """Counts attempts in this process's memory: by address, by account, by signed-in user."""

    def __init__(
        self,
        address: ThrottleLimits,
        clock: Callable[[], datetime],
        account: ThrottleLimits = PER_ACCOUNT,
    ) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._address = address.windows()
        self._account = account.windows()
        self._clock = clock

    def check_address(self, address: str) -> None:
        """Count an attempt from the address.

        Raises:
            ThrottledError: there were too many; it says when the next one is allowed.
        """
        self._count(self._address, "address", _network_of(address))

    def check_account(self, username: str) -> None:
        """Count an attempt on the account from any address; unknown usernames count too.

        Raises:
            ThrottledError: as `check_address`.
        """
        self._count(self._account, "account", _name_key(username))

    def check_user(self, user_id: int) -> None:
        """Count an attempt of a signed-in user; attempts to sign in do not count here.

        Raises:
            ThrottledError: as `check_address`.
        """
        self._count(self._account, "user", str(user_id))

    def refund_account(self, username: str) -> None:
        """Take back one attempt on the account, because its password was right.

        Only one: if the count started afresh, an attacker would notice that the owner signed in.
        """
        self._refund("account", _name_key(username))

    def refund_user(self, user_id: int) -> None:
        """Take back one attempt of a signed-in user."""
        self._refund("user", str(user_id))

    def _refund(self, kind: str, key: str) -> None:
        for item, _ in self._account:
            # The library can only clear them all, so remove the newest, which comes first.
            del self._storage.events.get(item.key_for(kind, key), [])[:1]

    def _count(
        self, windows: tuple[tuple[RateLimitItem, timedelta], ...], kind: str, key: str
    ) -> None:
        for item, window in windows:
            if not self._limiter.hit(item, kind, key):
                stats = self._limiter.get_window_stats(item, kind, key)
                wait = max(1.0, stats.reset_time - _unix_now())
                log.warning("throttled", by=kind)
                raise ThrottledError(
                    self._clock() + timedelta(seconds=min(wait, window.total_seconds()))
                )


def _name_key(username: str) -> str:
    # Normalised as sign-in compares usernames (D8).
    return username.strip().lower()[:_LONGEST_NAME]


def _network_of(address: str) -> str:
    # A client with one IPv6 address has the 2**64 of its network (RFC 6177).
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - the protocol's version
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((int(parsed), 64), strict=False))


def _unix_now() -> float:
    # The library counts in real time, even if the product runs on another clock.
    return time.time()
