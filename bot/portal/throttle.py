"""The rate limits of the portal website, by client address, account and signed-in user (D3).

The number of wrong passwords that block an account is in `core.password_policy`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.runtime.client_networks import network_of
from bot.runtime.clock import utc_now
from bot.runtime.clock_steps import ClockSteps
from core.errors import ThrottledError

log = structlog.get_logger()

# Longer names are cut off before they are kept; no username is as long.
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class ThrottleLimits:
    """The number of tries allowed in a minute and in an hour."""

    per_minute: int
    per_hour: int

    def windows(self) -> tuple[tuple[RateLimitItem, timedelta], ...]:
        """Return the limits as items of the `limits` library, with their lengths."""
        return (
            (RateLimitItemPerMinute(self.per_minute), timedelta(minutes=1)),
            (RateLimitItemPerHour(self.per_hour), timedelta(hours=1)),
        )


# One failure a minute fewer than block an account: however many addresses attack an account that
# nobody has signed in to yet, it is not blocked within a minute (D3). The hourly limit bounds the
# hash operations that one name costs, whether or not the account exists.
PER_ACCOUNT = ThrottleLimits(per_minute=4, per_hour=20)
# Choosing a password costs up to seven hash operations, and takes a person at least ten seconds.
PER_PASSWORD_CHANGER = ThrottleLimits(per_minute=6, per_hour=30)
# Unless IMI_THROTTLE_PER_MINUTE or IMI_THROTTLE_PER_HOUR is set.
PER_ADDRESS = ThrottleLimits(per_minute=10, per_hour=60)


def limits_per_address(per_minute: int | None, per_hour: int | None) -> ThrottleLimits:
    """Return the limits of one address: those that are given, else those of `PER_ADDRESS`."""
    return ThrottleLimits(
        PER_ADDRESS.per_minute if per_minute is None else per_minute,
        PER_ADDRESS.per_hour if per_hour is None else per_hour,
    )


class ThrottleKind(StrEnum):
    """The kinds of keys by which tries are counted."""

    ADDRESS = "address"  # failures to sign in, from unknown browsers
    ACCOUNT = "account"  # failures to sign in to one account, from unknown browsers
    USER = "user"  # failures of one user in known browsers, and with a session
    RESET_REQUEST = "reset_request"  # requests for a reset from one address
    PASSWORD_CHANGE = "password_change"  # noqa: S105 - new passwords that one user sent


@dataclass(frozen=True, slots=True)
class ThrottleKey:
    """A key by which tries are counted, such as a client address or a user."""

    kind: ThrottleKind
    name: str


class Throttle:
    """Counts tries in the memory of this process, and refuses those above the limits."""

    def __init__(
        self,
        address: ThrottleLimits,
        clock: Callable[[], datetime],
        account: ThrottleLimits = PER_ACCOUNT,
        password_changer: ThrottleLimits = PER_PASSWORD_CHANGER,
    ) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._windows = {
            ThrottleKind.ADDRESS: address.windows(),
            ThrottleKind.RESET_REQUEST: address.windows(),
            ThrottleKind.ACCOUNT: account.windows(),
            ThrottleKind.USER: account.windows(),
            ThrottleKind.PASSWORD_CHANGE: password_changer.windows(),
        }
        self._clock = clock
        # The library counts by the machine's clock: what it counted while that was ahead would
        # lie in its window until that day comes (B03).
        self._clock_steps = ClockSteps(utc_now)

    def check(self, *keys: ThrottleKey) -> None:
        """Refuse a try if one of the keys has reached its limit; count nothing (D3).

        Raises:
            ThrottledError: a limit is reached; the error says when the next try is allowed.
        """
        self._forget_after_clock_step()
        for key in keys:
            for item, window in self._windows[key.kind]:
                if not self._limiter.test(item, key.kind, key.name):
                    stats = self._limiter.get_window_stats(item, key.kind, key.name)
                    wait = max(1.0, stats.reset_time - _unix_now())
                    log.warning("throttled", by=key.kind.value)
                    seconds = min(wait, window.total_seconds())
                    raise ThrottledError(self._clock(), timedelta(seconds=seconds))

    def count(self, *keys: ThrottleKey) -> None:
        """Count a try; of attempts to sign in only those that fail are counted (D3)."""
        self._forget_after_clock_step()
        for key in keys:
            for item, _ in self._windows[key.kind]:
                self._limiter.hit(item, key.kind, key.name)

    def forget(self) -> None:
        """Forget every try, as after the longest window; for a demo whose clock was moved."""
        self._storage.reset()

    def _forget_after_clock_step(self) -> None:
        if self._clock_steps.since_last_call():
            self.forget()


def address_key(address: str, kind: ThrottleKind = ThrottleKind.ADDRESS) -> ThrottleKey:
    """Return the key of a client address; all of one IPv6 network have the same."""
    return ThrottleKey(kind, network_of(address))


def account_key(username: str) -> ThrottleKey:
    """Return the key of an account, which may not exist, by its username as it was typed."""
    # Normalised as sign-in compares usernames (D8).
    return ThrottleKey(ThrottleKind.ACCOUNT, username.strip().lower()[:_LONGEST_NAME])


def user_key(user_id: int, kind: ThrottleKind = ThrottleKind.USER) -> ThrottleKey:
    """Return the key of a user."""
    return ThrottleKey(kind, str(user_id))


def _unix_now() -> float:
    # The library counts in real time, even if the product runs on another clock.
    return time.time()
