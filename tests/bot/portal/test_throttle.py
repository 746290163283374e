"""The brake on guessing, address by address."""

from datetime import timedelta

import pytest

from bot.portal.throttle import Throttle
from core.errors import ThrottledError
from tests.times import NOON


def a_throttle(*, per_minute: int = 100, per_hour: int = 100) -> Throttle:
    return Throttle(per_minute, per_hour, lambda: NOON)


def test_one_address_does_not_slow_another() -> None:  # D3
    throttle = a_throttle(per_minute=1)
    throttle.check("192.0.2.1")

    throttle.check("192.0.2.2")
    throttle.check("unknown")
    with pytest.raises(ThrottledError) as refused:
        throttle.check("192.0.2.1")

    assert NOON < refused.value.retry_at <= NOON + timedelta(minutes=1)


def test_the_hour_counts_too() -> None:  # D3
    throttle = a_throttle(per_hour=2)
    throttle.check("192.0.2.1")
    throttle.check("192.0.2.1")

    with pytest.raises(ThrottledError) as refused:
        throttle.check("192.0.2.1")

    assert NOON + timedelta(minutes=59) < refused.value.retry_at <= NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_addresses_of_one_person_count_as_one(first: str, second: str) -> None:  # D3
    throttle = a_throttle(per_minute=1)
    throttle.check(first)

    with pytest.raises(ThrottledError):
        throttle.check(second)


def test_the_next_network_is_another() -> None:  # D3
    throttle = a_throttle(per_minute=1)
    throttle.check("2001:db8:0:1::1")

    throttle.check("2001:db8:0:2::1")
