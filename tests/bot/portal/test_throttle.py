"""Tests of the rate limits of the portal, by address, account and user."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.portal import throttle as throttle_module
from bot.portal.throttle import (
    PER_ACCOUNT,
    Throttle,
    ThrottleKind,
    ThrottleLimits,
    account_key,
    address_key,
    user_key,
)
from core.errors import ThrottledError
from core.policy import Policy
from tests.times import NOON


def a_throttle(*, per_minute: int = 100, per_hour: int = 100) -> Throttle:
    return Throttle(ThrottleLimits(per_minute, per_hour), lambda: NOON)


def test_addresses_are_throttled_separately() -> None:  # D3
    throttle = a_throttle(per_minute=1)
    throttle.count(address_key("192.0.2.1"))

    throttle.check(address_key("192.0.2.2"))
    throttle.check(address_key("unknown"))
    with pytest.raises(ThrottledError) as refused:
        throttle.check(address_key("192.0.2.1"))

    assert NOON < refused.value.retry_at <= NOON + timedelta(minutes=1)


def test_a_check_alone_uses_up_nothing() -> None:  # D3, B10
    throttle = a_throttle(per_minute=1, per_hour=1)

    for _ in range(70):
        throttle.check(address_key("192.0.2.1"), account_key("ada"))


def test_the_hourly_limit_applies() -> None:  # D3
    throttle = a_throttle(per_hour=2)
    throttle.count(address_key("192.0.2.1"))
    throttle.count(address_key("192.0.2.1"))

    with pytest.raises(ThrottledError) as refused:
        throttle.check(address_key("192.0.2.1"))

    assert NOON + timedelta(minutes=59) < refused.value.retry_at <= NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_ipv6_addresses_of_one_network_count_as_one(first: str, second: str) -> None:  # D3
    throttle = a_throttle(per_minute=1)
    throttle.count(address_key(first))

    with pytest.raises(ThrottledError):
        throttle.check(address_key(second))


def test_another_ipv6_network_counts_separately() -> None:  # D3
    throttle = a_throttle(per_minute=1)
    throttle.count(address_key("2001:db8:0:1::1"))

    throttle.check(address_key("2001:db8:0:2::1"))


def test_an_account_is_throttled_across_addresses() -> None:  # D3
    throttle = a_throttle()
    for number in range(PER_ACCOUNT.per_minute):
        throttle.count(address_key(f"192.0.2.{number}"), account_key("ada"))

    throttle.check(account_key("ida"))
    with pytest.raises(ThrottledError) as refused:
        throttle.check(address_key("192.0.2.99"), account_key(" ADA "))

    assert NOON < refused.value.retry_at <= NOON + timedelta(minutes=1)


def test_an_account_cannot_be_blocked_within_a_minute() -> None:  # D3
    assert PER_ACCOUNT.per_minute < Policy().sign_in_attempts


@pytest.mark.parametrize(
    "other",
    [
        user_key(1),
        user_key(1, ThrottleKind.PASSWORD_CHANGE),
        address_key("1"),
        address_key("1", ThrottleKind.RESET_REQUEST),
    ],
)
def test_each_kind_counts_by_itself(other: object) -> None:  # D3
    throttle = a_throttle(per_minute=1)
    for _ in range(PER_ACCOUNT.per_minute):
        throttle.count(account_key("1"))

    throttle.check(other)  # type: ignore[arg-type]
    with pytest.raises(ThrottledError):
        throttle.check(account_key("1"))


def test_only_the_beginning_of_a_long_username_is_kept() -> None:
    throttle = a_throttle()
    for number in range(PER_ACCOUNT.per_minute):
        throttle.count(account_key("a" * 60_000 + str(number)))

    with pytest.raises(ThrottledError):
        throttle.check(account_key("a" * 60_000))


def test_attempts_while_the_clock_was_ahead_do_not_throttle_until_that_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The library counts by the machine's clock; what it counted ahead is gone (B03)."""
    real, ahead = time.time, timedelta(days=366)

    monkeypatch.setattr(throttle_module, "utc_now", lambda: datetime.now(UTC) + ahead)
    monkeypatch.setattr(time, "time", lambda: real() + ahead.total_seconds())
    throttle = a_throttle(per_minute=1)
    throttle.count(address_key("192.0.2.1"))
    with pytest.raises(ThrottledError):
        throttle.check(address_key("192.0.2.1"))

    ahead = timedelta(0)

    throttle.check(address_key("192.0.2.1"))
