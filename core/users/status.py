"""The two states of a user: of the account (new, active) and of the password (R76-R78, D1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AccountState(StrEnum):
    """New until the first sign-in, then active for good (R76, R77, D1)."""

    NEW = "new"
    ACTIVE = "active"


class PasswordState(StrEnum):
    """The state of a user's password as administrators see it (R78)."""

    TEMPORARY = "temporary"
    VALID = "valid"
    BLOCKED = "blocked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """The stored facts about a user's access, from which both states follow. Times are UTC."""

    first_signed_in_at: datetime | None
    blocked_at: datetime | None
    password_made_at: datetime | None
    expires_at: datetime | None
    temporary: bool


def account_state(status: AccountStatus) -> AccountState:
    """Return whether the user has signed in at least once (R76, R77)."""
    return AccountState.NEW if status.first_signed_in_at is None else AccountState.ACTIVE


def password_state(status: AccountStatus, now: datetime) -> PasswordState:
    """Return the state; blocked goes before expired, temporary and valid, in this order (R78, D1).

    A user without a password counts as having a temporary one, because a mail with it is queued.
    """
    if status.blocked_at is not None:
        return PasswordState.BLOCKED
    if status.password_made_at is None:
        return PasswordState.TEMPORARY
    if status.expires_at is not None and now >= status.expires_at:
        return PasswordState.EXPIRED
    return PasswordState.TEMPORARY if status.temporary else PasswordState.VALID


def is_lapsed(status: AccountStatus, now: datetime) -> bool:
    """Return whether the password is a temporary one that has expired: only a reset helps (D2)."""
    return status.temporary and password_state(status, now) == PasswordState.EXPIRED
