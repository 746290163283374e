"""Tests of account and password states, the expiry of passwords, and the rules for new ones."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PasswordRule
from core.passwords.rules import broken_rules, expires_at, normalised
from core.policy import Policy
from core.secret import Secret
from core.users.status import (
    AccountState,
    AccountStatus,
    PasswordState,
    account_state,
    password_state,
)
from tests.times import NOON

POLICY = Policy()
BEFORE, AFTER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)


def status(
    *,
    signed_in: datetime | None = None,
    blocked: datetime | None = None,
    made: datetime | None = BEFORE,
    expires: datetime | None = AFTER,
    temporary: bool = False,
) -> AccountStatus:
    return AccountStatus(signed_in, blocked, made, expires, temporary)


@pytest.mark.parametrize(
    ("signed_in", "state"), [(None, AccountState.NEW), (BEFORE, AccountState.ACTIVE)]
)
def test_a_user_who_signed_in_once_is_active(  # R76, R77, D1
    signed_in: datetime | None, state: AccountState
) -> None:
    assert account_state(status(signed_in=signed_in, blocked=NOON, expires=BEFORE)) is state


@pytest.mark.parametrize(
    ("given_standing", "state"),
    [
        (status(), PasswordState.VALID),
        (status(expires=None), PasswordState.VALID),
        (status(expires=NOON), PasswordState.EXPIRED),
        (status(expires=BEFORE), PasswordState.EXPIRED),
        (status(temporary=True), PasswordState.TEMPORARY),
        (status(temporary=True, expires=NOON), PasswordState.EXPIRED),
        (status(made=None, expires=None, temporary=True), PasswordState.TEMPORARY),
        (status(made=None, expires=None), PasswordState.TEMPORARY),
        (status(blocked=BEFORE), PasswordState.BLOCKED),
        (status(blocked=BEFORE, expires=BEFORE), PasswordState.BLOCKED),
        (status(blocked=BEFORE, temporary=True), PasswordState.BLOCKED),
        (status(blocked=BEFORE, made=None), PasswordState.BLOCKED),
    ],
)
def test_blocked_comes_before_expired_before_temporary(  # R78, D1
    given_standing: AccountStatus, state: PasswordState
) -> None:
    assert password_state(given_standing, NOON) is state


@pytest.mark.parametrize(
    ("made", "expires"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 9, 2, 12, tzinfo=UTC)),
        (datetime(2026, 8, 31, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2027, 8, 31, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 6, 30, tzinfo=UTC)),
        (datetime(2026, 6, 30, tzinfo=UTC), datetime(2026, 12, 30, tzinfo=UTC)),
        (datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        # 1 March in Athens is still 28 February in UTC.
        (
            datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 8, 28, 23, tzinfo=UTC),
        ),
    ],
)
def test_a_password_lasts_six_calendar_months_in_utc(  # R69, D5
    made: datetime, expires: datetime
) -> None:
    answer = expires_at(made, temporary=False, policy=POLICY)

    assert answer == expires
    assert answer.tzinfo is UTC


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  (hypothesis wants naive bounds and adds the zone)
    st.integers(1, 36),
)
def test_the_number_of_months_comes_from_the_policy(made: datetime, months: int) -> None:  # D5
    answer = expires_at(made, temporary=False, policy=Policy(password_months=months))

    assert (answer.year - made.year) * 12 + answer.month - made.month == months
    assert answer.day <= made.day
    assert answer.timetz() == made.timetz()


def test_a_temporary_password_lasts_seven_days() -> None:  # D4
    assert expires_at(NOON, temporary=True, policy=POLICY) == NOON + timedelta(days=7)


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("Kvist7lampe", ()),
        ("kvist Lampe 7 æøå", ()),
        ("ΚΛΑΔΊ λυχνάρι 7", ()),
        ("клонЛампа٣", ()),
        ("Kv7lamp", ("length",)),
        ("kvist7lampe", ("upper_case",)),
        ("KVIST7LAMPE", ("lower_case",)),
        ("Kvist-lampe", ("number",)),
        ("Kvist½lampe", ("number",)),
        ("王" * 5 + "小明照片", ("upper_case", "lower_case", "number")),
        ("", ("length", "upper_case", "lower_case", "number", "not_common")),
        ("Kvist7lampe" + "xy" * 59, ("not_too_long",)),
        ("Sommer2026", ("not_common",)),
        ("password", ("upper_case", "number", "not_common")),
        ("Hansen7lampe", ("not_personal",)),
        ("xx9AHANSENxx", ("not_personal",)),
        ("Han.sen7lampe", ("not_personal",)),
        ("Soerensen7lampe", ("not_personal",)),
        ("Sørensen7lampe", ("not_personal",)),
        ("SIKKERHEDs7xyq", ("not_personal",)),
        ("Bo7lampekvist", ()),
        ("Kvist1984lampe", ()),
    ],
)
def test_every_broken_rule_is_reported(  # R72-R75
    password: str, broken: tuple[str, ...]
) -> None:
    personal = ["ahansen", "Bo", "Hansen Sørensen", "a.hansen.1984", "Styrelsen for Sikkerhed"]

    answer = broken_rules(Secret(password), POLICY, personal)

    assert answer == tuple(PasswordRule(name) for name in broken)


@pytest.mark.parametrize(
    "password", ["Patientsikkerhed26", "2Ministeriet!!", "Soevaern2026", "S4mmen1Soevaern"]
)
def test_the_authoritys_name_with_digits_and_signs_is_common(password: str) -> None:
    nearby = ["Ministeriet for Patientsikkerhed", "Søværn (SIS)"]
    ordinary = password.startswith("S4")

    broken = broken_rules(Secret(password), POLICY, [], nearby)

    assert broken == (() if ordinary else (PasswordRule.NOT_COMMON,))


@pytest.mark.parametrize("length", [8, 64, 128])
def test_a_password_may_be_long_and_have_any_sign(length: int) -> None:  # R72
    password = "K7 å✓" + "xq-" * 41

    assert broken_rules(Secret(password[:length]), POLICY, []) == ()


def test_the_length_limits_come_from_the_policy() -> None:  # R72
    policy = Policy(password_min_length=12, password_max_length=14)

    assert broken_rules(Secret("Kvist7lampe"), policy, []) == (PasswordRule.LENGTH,)
    assert broken_rules(Secret("Kvist7lampe123x"), policy, []) == (PasswordRule.NOT_TOO_LONG,)


def test_length_counts_composed_characters() -> None:  # R72
    assert broken_rules(Secret("Kvé7lam"), POLICY, []) == (PasswordRule.LENGTH,)
    assert broken_rules(Secret("Kve\u03017lam"), POLICY, []) == (PasswordRule.LENGTH,)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalised(Secret(text))

    assert normalised(once) == once


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=4))
def test_broken_rules_of_any_text_are_in_the_order_of_the_rules(
    text: str, personal: list[str]
) -> None:
    broken = broken_rules(Secret(text), POLICY, personal)

    assert list(broken) == [rule for rule in PasswordRule if rule in broken]


@pytest.mark.timeout(20)
def test_a_text_of_many_accents_is_refused_quickly() -> None:
    heap = Secret("Aa1" + "\u0301\u0323" * 300_000)

    assert broken_rules(heap, Policy(), ()) == (PasswordRule.NOT_TOO_LONG,)
    assert normalised(heap) is heap
