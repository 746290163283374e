"""The throttle on sign-in attempts, by address, account and signed-in user."""

from datetime import timedelta

import pytest

from bot.portal.throttle import PER_ACCOUNT, Throttle, ThrottleLimits
from core.errors import ThrottledError
from core.policy import Policy
from tests.times import NOON


def a_throttle(*, per_minute: int = 100, per_hour: int = 100) -> Throttle:
    return Throttle(ThrottleLimits(per_minute, per_hour), lambda: NOON)


def test_addresses_are_throttled_separately() -> None:  # D3
    throttle = a_throttle(per_minute=1)
    throttle.check_address("192.0.2.1")

    throttle.check_address("192.0.2.2")
    throttle.check_address("unknown")
    with pytest.raises(ThrottledError) as refused:
        throttle.check_address("192.0.2.1")

    assert NOON < refused.value.retry_at <= NOON + timedelta(minutes=1)


def test_the_hourly_limit_applies() -> None:  # D3
    throttle = a_throttle(per_hour=2)
    throttle.check_address("192.0.2.1")
    throttle.check_address("192.0.2.1")

    with pytest.raises(ThrottledError) as refused:
        throttle.check_address("192.0.2.1")

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
    throttle.check_address(first)

    with pytest.raises(ThrottledError):
        throttle.check_address(second)


def test_another_ipv6_network_counts_separately() -> None:  # D3
    throttle = a_throttle(per_minute=1)
    throttle.check_address("2001:db8:0:1::1")

    throttle.check_address("2001:db8:0:2::1")


def test_an_account_is_throttled_across_addresses() -> None:  # D3
    throttle = a_throttle()
    for number in range(PER_ACCOUNT.per_minute):
        throttle.check_address(f"192.0.2.{number}")
        throttle.check_account("ada")

    throttle.check_account("ida")
    with pytest.raises(ThrottledError) as refused:
        throttle.check_account(" ADA ")

    assert NOON < refused.value.retry_at <= NOON + timedelta(minutes=1)


def test_an_account_cannot_be_blocked_within_a_minute() -> None:  # D3
    assert PER_ACCOUNT.per_minute < Policy().sign_in_attempts


def test_the_right_password_alone_does_not_count() -> None:  # D3
    throttle = a_throttle()
    for _ in range(PER_ACCOUNT.per_minute):
        throttle.check_account("ada")

    throttle.refund_account("Ada")

    throttle.check_account("ada")
    with pytest.raises(ThrottledError):
        throttle.check_account("ada")


def test_sign_in_attempts_do_not_count_for_the_signed_in_user() -> None:  # D3
    throttle = a_throttle()
    for _ in range(PER_ACCOUNT.per_minute):
        throttle.check_account("ada")

    for _ in range(PER_ACCOUNT.per_minute):
        throttle.check_user(1)
    throttle.check_user(2)
    with pytest.raises(ThrottledError):
        throttle.check_user(1)

    throttle.refund_user(1)
    throttle.check_user(1)


def test_only_the_beginning_of_a_long_username_is_kept() -> None:
    throttle = a_throttle()
    for number in range(PER_ACCOUNT.per_minute):
        throttle.check_account("a" * 60_000 + str(number))

    with pytest.raises(ThrottledError):
        throttle.check_account("a" * 60_000)
