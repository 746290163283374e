"""Tests of the outcome of a sign-in for every state of the password, and of the lock."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy import Policy
from core.signin.rules import (
    UNLOCKED,
    SignInLock,
    SignInOutcome,
    UnknownBrowserLock,
    after_failure,
    after_unknown_browser_failure,
    counts_as_known,
    outcome_of,
)
from core.users.status import (
    AccountStatus,
    PasswordState,
    UnknownBrowserBlock,
    blocked_until,
    shown_password_state,
)
from tests.times import NOON

POLICY = Policy()
BEFORE, AFTER = NOON - timedelta(days=1), NOON + timedelta(days=1)

VALID = AccountStatus(BEFORE, None, BEFORE, AFTER, temporary=False)
EXPIRED = AccountStatus(BEFORE, None, BEFORE, NOON, temporary=False)
TEMPORARY = AccountStatus(None, None, BEFORE, AFTER, temporary=True)
EXPIRED_TEMPORARY = AccountStatus(None, None, BEFORE, NOON, temporary=True)
BLOCKED = AccountStatus(BEFORE, BEFORE, BEFORE, AFTER, temporary=False)
BLOCKED_TEMPORARY = AccountStatus(None, BEFORE, BEFORE, AFTER, temporary=True)
ON_ITS_WAY = AccountStatus(None, None, None, None, temporary=True)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (VALID, SignInOutcome.OPEN),
        (EXPIRED, SignInOutcome.CHOOSE),
        (TEMPORARY, SignInOutcome.CHOOSE),
        (EXPIRED_TEMPORARY, SignInOutcome.EXPIRED),
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
    "status", [VALID, EXPIRED, TEMPORARY, EXPIRED_TEMPORARY, BLOCKED, BLOCKED_TEMPORARY, ON_ITS_WAY]
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


def a_block(since: timedelta = timedelta(0), minutes: int = 15) -> UnknownBrowserBlock:
    return UnknownBrowserBlock(NOON + since, NOON + since + timedelta(minutes=minutes))


OVER = a_block(since=-timedelta(hours=1), minutes=60)
LONG_OVER = a_block(since=-timedelta(hours=25), minutes=60)


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (UnknownBrowserLock(0, 0, None), UnknownBrowserLock(1, 0, None)),
        (UnknownBrowserLock(3, 2, OVER), UnknownBrowserLock(4, 2, OVER)),
        (UnknownBrowserLock(4, 0, None), UnknownBrowserLock(0, 1, a_block())),
        (UnknownBrowserLock(4, 1, OVER), UnknownBrowserLock(0, 2, a_block(minutes=30))),
        (UnknownBrowserLock(4, 6, OVER), UnknownBrowserLock(0, 7, a_block(minutes=960))),
        (UnknownBrowserLock(4, 7, OVER), UnknownBrowserLock(0, 8, a_block(minutes=1440))),
        (UnknownBrowserLock(4, 5000, OVER), UnknownBrowserLock(0, 5001, a_block(minutes=1440))),
        (UnknownBrowserLock(4, 7, LONG_OVER), UnknownBrowserLock(0, 1, a_block())),
    ],
)
def test_the_fifth_wrong_password_of_strangers_blocks_for_a_while(  # D3
    lock: UnknownBrowserLock, expected: UnknownBrowserLock
) -> None:
    assert after_unknown_browser_failure(lock, NOON, POLICY) == expected


def test_the_length_of_a_block_comes_from_the_policy() -> None:  # D3
    policy = Policy(stranger_block_minutes=40, stranger_block_hours=1)

    first = after_unknown_browser_failure(UnknownBrowserLock(4, 0, None), NOON, policy)
    second = after_unknown_browser_failure(UnknownBrowserLock(4, 1, OVER), NOON, policy)

    assert (first.block, second.block) == (a_block(minutes=40), a_block(minutes=60))


@pytest.mark.parametrize(
    ("block", "now", "until"),
    [
        (a_block(), NOON, a_block().until),
        (a_block(), a_block().until, None),
        # Written while the clock was wrong.
        (a_block(since=timedelta(days=365)), NOON, None),
    ],
)
def test_a_block_for_strangers_ends_by_itself(  # D3
    block: UnknownBrowserBlock, now: datetime, until: datetime | None
) -> None:
    status = replace(VALID, unknown_browser_block=block)

    assert blocked_until(status, now) == until
    shown = PasswordState.BLOCKED if until else PasswordState.VALID
    assert shown_password_state(status, now) == shown
    refused = outcome_of(status, verified=True, now=now) is SignInOutcome.REFUSED
    assert refused is (until is not None)
    assert outcome_of(status, verified=True, now=now, known=True) is SignInOutcome.OPEN


def test_a_blocked_password_has_no_end() -> None:  # D3
    assert blocked_until(replace(BLOCKED, unknown_browser_block=a_block()), NOON) is None


def test_a_new_account_is_blocked_by_anybody() -> None:  # D3
    assert counts_as_known(TEMPORARY, known=False)
    assert counts_as_known(VALID, known=True)
    assert not counts_as_known(VALID, known=False)
