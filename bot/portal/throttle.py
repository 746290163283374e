"""The brake on guessing: so many attempts by address, account and person inside (D3)."""

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

# What is kept of a typed name; no username is as long.
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class ThrottleLimits:
    """How many attempts are let through."""

    per_minute: int
    per_hour: int

    def windows(self) -> tuple[tuple[RateLimitItem, timedelta], ...]:
        """Return the windows as the library knows them, with their lengths."""
        return (
            (RateLimitItemPerMinute(self.per_minute), timedelta(minutes=1)),
            (RateLimitItemPerHour(self.per_hour), timedelta(hours=1)),
        )


# One fewer in a minute than block an account: however many addresses take part, nobody is
# blocked at one go (D3). The hour bounds the hashes that one name costs, whether or not it exists.
PER_ACCOUNT = ThrottleLimits(per_minute=4, per_hour=20)


class Throttle:
    """Counts attempts in this process's memory: of an address, on an account, of who is inside."""

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

    def check(self, address: str) -> None:
        """Count an attempt from the address.

        Raises:
            ThrottledError: there were too many; it says when the next one is let through.
        """
        self._count(self._address, "address", _network_of(address))

    def check_account(self, username: str) -> None:
        """Count an attempt on the account, wherever it comes from; an unknown name counts too.

        Raises:
            ThrottledError: as `check`.
        """
        self._count(self._account, "account", _name_of(username))

    def check_user(self, user_id: int) -> None:
        """Count an attempt of somebody signed in; what strangers try at the door does not count.

        Raises:
            ThrottledError: as `check`.
        """
        self._count(self._account, "inside", str(user_id))

    def refund_account(self, username: str) -> None:
        """Count one attempt on the account less: it was the right password.

        No more than that, or whoever guesses too learns from a fresh start that its owner came in.
        """
        self._uncount("account", _name_of(username))

    def refund_user(self, user_id: int) -> None:
        """Do the same for somebody signed in."""
        self._uncount("inside", str(user_id))

    def _uncount(self, kind: str, key: str) -> None:
        for item, _ in self._account:
            # The library can only forget them all; the newest stands first.
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


def _name_of(username: str) -> str:
    # As the door compares it (D8).
    return username.strip().lower()[:_LONGEST_NAME]


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
