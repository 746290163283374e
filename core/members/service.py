"""Saves the data of Slack members that the rules need, and deletes members who are not users.

Data of members who are not users is kept for a short time only (D14, D21).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import Connection

from core.members import rows
from core.members.rules import STALE_AFTER, Member


class Saved(Enum):
    """The results of saving a member; one whose time zone changed gives a `NewZone`."""

    OLDER = auto()  # not saved: the stored state is newer
    SAME_ZONE = auto()


@dataclass(frozen=True, slots=True)
class NewZone:
    """The member was saved, and their time zone is another one than before."""

    before: str | None


def save(tx: Connection, member: Member) -> Saved | NewZone:
    """Save the member, unless the stored description by Slack is newer."""
    # Locked, so that the time zone before is that of the row which is replaced.
    known = rows.lock(tx, member.key)
    if not rows.save(tx, member):
        return Saved.OLDER
    if known is not None and known.tz == member.tz:
        return Saved.SAME_ZONE
    return NewZone(None if known is None else known.tz)


def forget_non_users(tx: Connection, now: datetime, limit: int) -> int:
    """Forget up to `limit` members who are no users and would be fetched anew; return how many."""
    return rows.forget_non_users(tx, (now - STALE_AFTER, now + STALE_AFTER), limit)
