"""The two states of a user: of the account (new, active) and of the password (R76-R78, D1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AccountState(StrEnum):
    """New until the first sign-in, then active for good (R76, R77, D1)."""

    NEW = "new"
    ACTIVE = "active"


class PasswordState(StrEnum):
    """The state of a user's password (R78)."""

    TEMPORARY = "temporary"
    VALID = "valid"
    BLOCKED = "blocked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class UnknownBrowserBlock:
    """The time in which only browsers that signed in to the account before can sign in (D3)."""

    since: datetime
    until: datetime

    def is_on(self, now: datetime) -> bool:
        """Return whether it blocks now.

        A block that begins in the future was written by a wrong clock, and blocks nobody yet.
        """
        return self.since <= now < self.until


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """The stored facts about a user's access, from which both states follow. Times are UTC.

    `unknown_browser_block` is the last block for unknown browsers, which may be over.
    """

    first_signed_in_at: datetime | None
    blocked_at: datetime | None
    password_made_at: datetime | None
    expires_at: datetime | None
    temporary: bool
    unknown_browser_block: UnknownBrowserBlock | None = None


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


def blocked_until(status: AccountStatus, now: datetime) -> datetime | None:
    """Return the end of a block of unknown browsers only; None if there is no such block (D3)."""
    block = status.unknown_browser_block
    return block.until if block and block.is_on(now) and status.blocked_at is None else None


def shown_password_state(status: AccountStatus, now: datetime) -> PasswordState:
    """Return the state as administrators see it: blocked even if only unknown browsers are.

    `password_state` says what the password permits in a known browser (R78, D3).
    """
    if blocked_until(status, now) is not None:
        return PasswordState.BLOCKED
    return password_state(status, now)


def is_temporary_expired(status: AccountStatus, now: datetime) -> bool:
    """Return whether the password is a temporary one that has expired: only a reset helps (D2)."""
    return status.temporary and password_state(status, now) == PasswordState.EXPIRED
