"""Erasing who was removed long ago: a pseudonym stays, and the trail stays whole (D14)."""

from calendar import monthrange
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import SYSTEM, Act
from core.deliveries.rows import deliveries
from core.leavers import rows as leavers
from core.passwords import rows as passwords
from core.policy import Policy
from core.reminders import rows as reminders
from core.resets import rows as requests
from core.schema.users import kept, users
from core.sessions import rows as sessions
from core.users.rows import roles


def due(tx: Connection, policy: Policy, now: datetime) -> tuple[int, ...]:
    """Return the ids of those who were removed so many years ago, the longest ago first."""
    before = users.c.removed_at <= years_before(now, policy.purge_years)
    return tuple(tx.scalars(select(users.c.id).where(kept, before).order_by(users.c.removed_at)))


def purge(tx: Connection, user_id: int, now: datetime) -> None:
    """Erase one of those who are due, on the record; whoever is erased already stays as they are.

    Each goes in a transaction of their own, so that one who cannot be erased stops nobody else.
    """
    found = select(users.c.authority_id).where(users.c.id == user_id, kept).with_for_update()
    row = tx.execute(found).one_or_none()
    if row is None:
        return
    _erase(tx, user_id, now)
    audit_event = audit.event_about(
        SYSTEM, Act.USER_PURGED, authority_id=row.authority_id, user_id=user_id
    )
    audit.record(tx, audit_event, now)


def years_before(now: datetime, years: int) -> datetime:
    """Return the same day so many calendar years ago, in UTC; 29 February falls on the 28th."""
    here = now.astimezone(UTC)
    year = here.year - years
    return here.replace(year=year, day=min(here.day, monthrange(year, here.month)[1]))


def _erase(tx: Connection, user_id: int, now: datetime) -> None:
    for forget in (
        passwords.delete_all,
        sessions.end_of_user,
        reminders.delete_all,
        requests.erase_reasons,
        leavers.delete_of,
        deliveries.delete_about,
        roles.revoke_all,
        audit_rows.erase_details,
    ):
        forget(tx, user_id)
    tx.execute(
        update(users).where(users.c.id == user_id).values(**_pseudonym(user_id), purged_at=now)
    )


def _pseudonym(user_id: int) -> dict[str, object]:
    # No username has this sign, so that nobody can have taken it before.
    nobody = f"erased#{user_id}"
    return {
        "first_name": "Erased",
        "last_name": f"#{user_id}",
        "language": "en",
        "email": f"{nobody}@erased.invalid",
        "email_key": f"{nobody}@erased.invalid",
        "phone": None,
        # The username of before is free again (D8).
        "username": nobody,
        "team_id": None,
        "member_id": None,
        "registration_key": None,
        "password_id": None,
        "search_key": "",
        "sort_key": "",
    }
