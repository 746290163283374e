"""Sign-in rules: the lock against guessing, and the outcome of an attempt (D2, D3).

The lock counts wrong passwords in a row (n; the policy says how many block, 5 by default):

    ┌───────┐   wrong    ┌──────────────┐   the 5th wrong   ┌─────────┐
    │ n = 0 │ ─────────▶ │ 1 ≤ n ≤ 4    │ ────────────────▶ │ blocked │
    │       │ ◀───────── │ wrong: n + 1 │                   │         │
    └───────┘   right    └──────────────┘                   └─────────┘
        ▲                                                        │
        └────────── a reset by an administrator, only ───────────┘

The outcome for the right password, by its state (a wrong password is REFUSED):

    blocked  ─▶ REFUSED        temporary                  ─▶ CHOOSE
    valid    ─▶ OPEN           expired, was temporary     ─▶ LAPSED
                               expired, was chosen        ─▶ CHOOSE
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.policy import Policy
from core.users.status import AccountStatus, PasswordState, password_state


class SignInOutcome(StrEnum):
    """The outcome of an attempt to sign in."""

    OPEN = "open"
    CHOOSE = "choose"  # signed in, but only to choose a new password
    REFUSED = "refused"
    LAPSED = "lapsed"  # the right temporary password, but expired: only a reset helps


@dataclass(frozen=True, slots=True)
class SignInLock:
    """The number of wrong passwords in a row, and since when they block the password."""

    failures: int
    blocked_at: datetime | None


UNLOCKED = SignInLock(0, None)


def after_failure(failures: int, now: datetime, policy: Policy) -> SignInLock:
    """Return the lock after one more wrong password; the fifth in a row blocks (D3).

    `failures` is the count before. Do not call it for a blocked password: the time of the block
    would change.
    """
    counted = failures + 1
    return SignInLock(counted, now if counted >= policy.sign_in_attempts else None)


def outcome_of(status: AccountStatus, *, verified: bool, now: datetime) -> SignInOutcome:
    """Return the outcome; `verified` says that the password was right (D2).

    A blocked password is refused even when it is right, and looks like a wrong one (D3).
    """
    state = password_state(status, now)
    if not verified or status.password_made_at is None or state is PasswordState.BLOCKED:
        return SignInOutcome.REFUSED
    if state is PasswordState.EXPIRED and status.temporary:
        return SignInOutcome.LAPSED
    return SignInOutcome.OPEN if state is PasswordState.VALID else SignInOutcome.CHOOSE
