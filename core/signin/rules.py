"""The rules of signing in: locks against password guessing, and an attempt's outcome (D2, D3).

There are two locks, each of which counts wrong passwords in a row.

The first one counts those that were typed in known browsers, in which the user signed in before. If
the user never signed in, it counts those of all browsers. The policy says how many block the
password, 5 by default:

    ┌───────┐   wrong    ┌──────────────┐   the 5th wrong   ┌─────────┐
    │ n = 0 │ ─────────▶ │ 1 ≤ n ≤ 4    │ ────────────────▶ │ blocked │
    │       │ ◀───────── │ wrong: n + 1 │                   │         │
    └───────┘   right    └──────────────┘                   └─────────┘
        ▲                                                        │
        └────────── a reset by an administrator, only ───────────┘

The second one counts those that were typed in all unknown browsers together. It blocks the account
for unknown browsers only, and for a limited time:

    ┌───────┐  wrong  ┌───────────┐   the 5th wrong   ┌───────────────────────────────────┐
    │ n = 0 │ ──────▶ │ 1 ≤ n ≤ 4 │ ────────────────▶ │ blocked for 15 minutes,           │
    │       │ ◀────── │           │                   │ each time twice as long, ≤ a day  │
    └───────┘  right  └───────────┘                   └───────────────────────────────────┘
        ▲      there                                       │
        └──────── the time is over, or a reset ────────────┘

After a day without a block the next one is short again. The right password in a known browser does
not reset this count: an attacker would get new tries each time the owner signs in.

The outcome for the right password, by its state (a wrong password is REFUSED):

    blocked  ─▶ REFUSED        temporary                  ─▶ CHOOSE
    valid    ─▶ OPEN           expired, was temporary     ─▶ EXPIRED
                               expired, was chosen        ─▶ CHOOSE
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.policy import Policy
from core.users.status import (
    AccountState,
    AccountStatus,
    PasswordState,
    UnknownBrowserBlock,
    account_state,
    blocked_until,
    password_state,
)

# Doubling stops at the longest block anyway; this keeps the power of two small.
_MOST_DOUBLINGS = 20


class SignInOutcome(StrEnum):
    """The outcome of an attempt to sign in."""

    OPEN = "open"
    CHOOSE = "choose"  # signed in, but only to choose a new password
    REFUSED = "refused"
    EXPIRED = "lapsed"  # the right temporary password, but expired: only a reset helps


@dataclass(frozen=True, slots=True)
class SignInLock:
    """The number of wrong passwords in a row, and since when they block the password."""

    failures: int
    blocked_at: datetime | None


UNLOCKED = SignInLock(0, None)


@dataclass(frozen=True, slots=True)
class UnknownBrowserLock:
    """The number of wrong passwords in a row, of blocks and the last block of unknown browsers."""

    failures: int
    blocks: int
    block: UnknownBrowserBlock | None


def counts_as_known(status: AccountStatus, *, known: bool) -> bool:
    """Return whether wrong passwords are counted for a block in every browser (D3).

    `known` says that somebody signed in to the account in this browser before.
    """
    return known or account_state(status) is AccountState.NEW


def after_failure(failures: int, now: datetime, policy: Policy) -> SignInLock:
    """Return the lock after one more wrong password; the fifth in a row blocks (D3).

    `failures` is the count before. Do not call it for a blocked password: the time of the block
    would change.
    """
    counted = failures + 1
    return SignInLock(counted, now if counted >= policy.sign_in_attempts else None)


def after_unknown_browser_failure(
    lock: UnknownBrowserLock, now: datetime, policy: Policy
) -> UnknownBrowserLock:
    """Return the lock after one more wrong password of an unknown browser (D3).

    Do not call it during a block of unknown browsers: tries are not counted then.
    """
    failures, blocks = lock.failures + 1, lock.blocks
    if failures < policy.sign_in_attempts:
        return UnknownBrowserLock(failures, blocks, lock.block)
    longest = timedelta(hours=policy.stranger_block_hours)
    if lock.block is not None and now >= lock.block.until + longest:
        blocks = 0
    doubled = timedelta(minutes=policy.stranger_block_minutes) * 2 ** min(blocks, _MOST_DOUBLINGS)
    return UnknownBrowserLock(0, blocks + 1, UnknownBrowserBlock(now, now + min(doubled, longest)))


def outcome_of(
    status: AccountStatus, *, verified: bool, now: datetime, known: bool = False
) -> SignInOutcome:
    """Return the outcome; `verified` says that the password was right (D2).

    Where the password or the browser is blocked, the right password looks like a wrong one (D3).
    """
    state = password_state(status, now)
    if not verified or status.password_made_at is None or state is PasswordState.BLOCKED:
        return SignInOutcome.REFUSED
    if not known and blocked_until(status, now) is not None:
        return SignInOutcome.REFUSED
    if state is PasswordState.EXPIRED and status.temporary:
        return SignInOutcome.EXPIRED
    return SignInOutcome.OPEN if state is PasswordState.VALID else SignInOutcome.CHOOSE
