"""Erasing who was removed long ago: a pseudonym stays, and the trail stays whole (D14)."""

from calendar import monthrange
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from core.audit import rows as audit_rows
from core.audit import service as audit
from core.audit.rules import SYSTEM, Act
from core.deliveries import rows as deliveries
from core.leavers import rows as leavers
from core.passwords import rows as passwords
from core.policy import Policy
from core.reminders import rows as reminders
from core.resets import rows as requests
from core.roles import rows as roles
from core.signin import rows as sessions
from core.users import rows
from core.users.table import users


def purge_due(tx: Connection, policy: Policy, now: datetime, most: int) -> int:
    """Erase up to `most` of those who were removed so many years ago; return how many."""
    due = (
        select(users.c.id, users.c.authority_id)
        .where(users.c.removed_at.is_not(None), users.c.purged_at.is_(None))
        .where(users.c.removed_at <= years_before(now, policy.purge_years))
        .order_by(users.c.removed_at)
        .limit(most)
    )
    found = tx.execute(due).all()
    for row in found:
        rows.lock(tx, row.id)
        _erase(tx, row.id, now)
        happening = audit.about(
            SYSTEM, Act.USER_PURGED, authority_id=row.authority_id, user_id=row.id
        )
        audit.record(tx, happening, now)
    return len(found)


def years_before(now: datetime, years: int) -> datetime:
    """Return the same day so many calendar years ago, in UTC; 29 February falls on the 28th."""
    here = now.astimezone(UTC)
    year = here.year - years
    return here.replace(year=year, day=min(here.day, monthrange(year, here.month)[1]))


def _erase(tx: Connection, user_id: int, now: datetime) -> None:
    for forget in (
        passwords.forget_all,
        sessions.end_all,
        reminders.forget,
        requests.forget_reasons,
        leavers.forget,
        deliveries.forget_about,
        roles.forget,
        audit_rows.erase_details,
    ):
        forget(tx, user_id)
    tx.execute(
        update(users).where(users.c.id == user_id).values(**_pseudonym(user_id), purged_at=now)
    )


def _pseudonym(user_id: int) -> dict[str, object]:
    nobody = f"erased-{user_id}"
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
