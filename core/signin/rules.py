"""The door of the portal: who comes in, who must choose a password first, who is blocked (D2, D3).

The lock, moved by what was typed (n wrong ones in a row; 5 is the policy's number):

    ┌───────┐   wrong    ┌──────────────┐   the 5th wrong   ┌─────────┐
    │ n = 0 │ ─────────▶ │ 1 ≤ n ≤ 4    │ ────────────────▶ │ blocked │
    │       │ ◀───────── │ wrong: n + 1 │                   │         │
    └───────┘   right    └──────────────┘                   └─────────┘
        ▲                                                        │
        └────────── a reset by an administrator, only ───────────┘

The door, by the state of the password, when the right one was typed (a wrong one: REFUSED):

    blocked  ─▶ REFUSED        temporary                  ─▶ CHOOSE
    valid    ─▶ OPEN           expired, was temporary     ─▶ LAPSED
                               expired, was one's own     ─▶ CHOOSE
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.policy import Policy
from core.users.status import AccountStatus, PasswordState, password_state


class SignInOutcome(StrEnum):
    """What the door does."""

    OPEN = "open"
    CHOOSE = "choose"  # in, but only to choose a new password
    REFUSED = "refused"
    LAPSED = "lapsed"  # right, temporary, too old: only a reset helps


@dataclass(frozen=True, slots=True)
class SignInLock:
    """How many wrong passwords came in a row, and since when that blocks the password."""

    failures: int
    blocked_at: datetime | None


def after_failure(failures: int, now: datetime, policy: Policy) -> SignInLock:
    """Return the lock after one more wrong password; the fifth in a row blocks (D3).

    `failures` is the count before. A blocked password is not asked again: its time would move.
    """
    counted = failures + 1
    return SignInLock(counted, now if counted >= policy.sign_in_attempts else None)


def after_right() -> SignInLock:
    """Return the lock after the right password on a door that is not blocked (D3)."""
    return SignInLock(0, None)


def outcome_of(status: AccountStatus, *, verified: bool, now: datetime) -> SignInOutcome:
    """Return what happens to somebody at the door; `verified` says the password was right (D2).

    Blocked refuses the right password too, and looks the same as a wrong one (D3).
    """
    state = password_state(status, now)
    if not verified or status.password_made_at is None or state is PasswordState.BLOCKED:
        return SignInOutcome.REFUSED
    if state is PasswordState.EXPIRED and status.temporary:
        return SignInOutcome.LAPSED
    return SignInOutcome.OPEN if state is PasswordState.VALID else SignInOutcome.CHOOSE
