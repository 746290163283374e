"""Pseudonymises users a number of years after their removal, three by default (D14).

The hash chain of the audit trail can still be verified afterwards.
"""

from calendar import monthrange
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import SYSTEM, Act
from core.authorities.rows import drafts
from core.deliveries.rows import retention
from core.leavers import rows as leavers
from core.passwords import rows as passwords
from core.policy import Policy
from core.reminders import rows as reminders
from core.resets import rows as requests
from core.schema.users import awaiting_purge, users
from core.sessions import rows as sessions
from core.store.locks import locking
from core.users.rows import roles


def due(tx: Connection, policy: Policy, now: datetime) -> tuple[int, ...]:
    """Return the ids of users removed `policy.purge_years` ago or earlier, the earliest first."""
    before = users.c.removed_at <= years_before(now, policy.purge_years)
    return tuple(
        tx.scalars(select(users.c.id).where(awaiting_purge, before).order_by(users.c.removed_at))
    )


def purge(tx: Connection, user_id: int, now: datetime) -> None:
    """Pseudonymise one removed user, and record it; do nothing if that was done before.

    Call it in a transaction of its own for each user, so that one failure does not stop the rest.
    """
    found = select(users.c.authority_id).where(users.c.id == user_id, awaiting_purge)
    row = tx.execute(locking(found)).one_or_none()
    if row is None:
        return
    audit.lock_chain(tx)
    _erase(tx, user_id, now)
    audit_event = audit.event_about(
        SYSTEM, Act.USER_PURGED, authority_id=row.authority_id, user_id=user_id
    )
    audit.record(tx, audit_event, now)


def years_before(now: datetime, years: int) -> datetime:
    """Return the same day this many calendar years ago, in UTC; 29 February becomes the 28th."""
    now = now.astimezone(UTC)
    year = now.year - years
    return now.replace(year=year, day=min(now.day, monthrange(year, now.month)[1]))


def _erase(tx: Connection, user_id: int, now: datetime) -> None:
    for erase in (
        passwords.delete_all,
        sessions.end_of_user,
        reminders.delete_all,
        requests.erase_reasons,
        leavers.delete_of,
        drafts.delete_of,
        retention.delete_about,
        roles.revoke_all,
        audit_rows.erase_details,
    ):
        erase(tx, user_id)
    tx.execute(
        update(users).where(users.c.id == user_id).values(**_pseudonym(user_id), purged_at=now)
    )


def _pseudonym(user_id: int) -> dict[str, object]:
    # No username contains `#`, so no user can have this one.
    pseudonym = f"erased#{user_id}"
    return {
        "first_name": "Erased",
        "last_name": f"#{user_id}",
        "language": "en",
        "email": f"{pseudonym}@erased.invalid",
        "email_key": f"{pseudonym}@erased.invalid",
        "phone": None,
        # The user's own username becomes free again (D8).
        "username": pseudonym,
        "team_id": None,
        "member_id": None,
        "registration_key": None,
        "password_id": None,
        "search_key": "",
        "sort_key": "",
    }
