"""Tests of the outcome of a sign-in for every state of the password, and of the lock."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy import Policy
from core.signin.rules import UNLOCKED, SignInLock, SignInOutcome, after_failure, outcome_of
from core.users.status import AccountStatus
from tests.times import NOON

POLICY = Policy()
BEFORE, AFTER = NOON - timedelta(days=1), NOON + timedelta(days=1)

VALID = AccountStatus(BEFORE, None, BEFORE, AFTER, temporary=False)
EXPIRED = AccountStatus(BEFORE, None, BEFORE, NOON, temporary=False)
TEMPORARY = AccountStatus(None, None, BEFORE, AFTER, temporary=True)
LAPSED = AccountStatus(None, None, BEFORE, NOON, temporary=True)
BLOCKED = AccountStatus(BEFORE, BEFORE, BEFORE, AFTER, temporary=False)
BLOCKED_TEMPORARY = AccountStatus(None, BEFORE, BEFORE, AFTER, temporary=True)
ON_ITS_WAY = AccountStatus(None, None, None, None, temporary=True)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (VALID, SignInOutcome.OPEN),
        (EXPIRED, SignInOutcome.CHOOSE),
        (TEMPORARY, SignInOutcome.CHOOSE),
        (LAPSED, SignInOutcome.LAPSED),
        (BLOCKED, SignInOutcome.REFUSED),
        (BLOCKED_TEMPORARY, SignInOutcome.REFUSED),
        (ON_ITS_WAY, SignInOutcome.REFUSED),
    ],
)
def test_the_outcome_of_a_right_password_follows_from_its_state(  # D2, D3
    status: AccountStatus, outcome: SignInOutcome
) -> None:
    assert outcome_of(status, verified=True, now=NOON) is outcome


@pytest.mark.parametrize(
    "status", [VALID, EXPIRED, TEMPORARY, LAPSED, BLOCKED, BLOCKED_TEMPORARY, ON_ITS_WAY]
)
def test_the_wrong_password_is_refused_in_every_state(status: AccountStatus) -> None:  # D3
    assert outcome_of(status, verified=False, now=NOON) is SignInOutcome.REFUSED


@pytest.mark.parametrize(
    ("failures", "lock"),
    [
        (0, SignInLock(1, None)),
        (3, SignInLock(4, None)),
        (4, SignInLock(5, NOON)),
        (5, SignInLock(6, NOON)),
    ],
)
def test_the_fifth_wrong_password_in_a_row_blocks(failures: int, lock: SignInLock) -> None:  # D3
    assert after_failure(failures, NOON, POLICY) == lock


def test_the_number_of_attempts_comes_from_the_policy() -> None:  # D3
    assert after_failure(0, NOON, Policy(sign_in_attempts=1)) == SignInLock(1, NOON)


@given(st.lists(st.booleans(), max_size=30))
def test_only_five_wrong_passwords_in_a_row_block(attempts: list[bool]) -> None:  # D3
    lock, in_a_row, longest = SignInLock(0, None), 0, 0

    for right in attempts:
        if lock.blocked_at is None:
            lock = UNLOCKED if right else after_failure(lock.failures, NOON, POLICY)
        in_a_row = 0 if right else in_a_row + 1
        longest = max(longest, in_a_row)

    assert (lock.blocked_at is not None) is (longest >= POLICY.sign_in_attempts)
