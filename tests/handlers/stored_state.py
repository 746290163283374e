"""Reads rows of the database, which tests compare before and after a request."""

from typing import Any

from sqlalchemy import Connection, Table, select

from core.deliveries.rules import DeliveryState
from core.schema import authorities
from core.schema.deliveries import deliveries
from core.schema.passwords import passwords
from core.schema.resets import reset_requests
from core.schema.roles import user_roles
from core.schema.tables import TABLES
from core.schema.users import users

ELISE = "U0ELISE"
# Anna's authority and Anna herself both have this id in the demo's country.
OTHER_AUTHORITY = 2
# Tables that change by themselves: seen members, waiting deliveries, jobs.
PASSING = {"members", "jobs", "deliveries", "audit_checkpoints", "warnings"}


def rows_of_other_authority(tx: Connection) -> list[Any]:
    """Return all rows of the authority with the number OTHER_AUTHORITY."""
    mine = select(users.c.id).where(users.c.authority_id == OTHER_AUTHORITY)
    whole: list[tuple[Table, Any]] = [
        (authorities.authorities, authorities.authorities.c.id == OTHER_AUTHORITY),
        (
            authorities.authority_modules,
            authorities.authority_modules.c.authority_id == OTHER_AUTHORITY,
        ),
        (
            authorities.authority_keywords,
            authorities.authority_keywords.c.authority_id == OTHER_AUTHORITY,
        ),
        (authorities.title_tasks, authorities.title_tasks.c.authority_id == OTHER_AUTHORITY),
        (users, users.c.authority_id == OTHER_AUTHORITY),
        (user_roles, user_roles.c.user_id.in_(mine)),
        (passwords, passwords.c.user_id.in_(mine)),
        (reset_requests, reset_requests.c.authority_id == OTHER_AUTHORITY),
    ]
    kept = [tx.execute(select(table).where(own)).all() for table, own in whole]
    queued = select(deliveries.c.id).where(deliveries.c.authority_id == OTHER_AUTHORITY)
    return [*kept, tx.scalars(queued).all()]


def has_waiting_deliveries(tx: Connection) -> bool:
    """Return whether a delivery is still to be sent."""
    found = select(deliveries.c.id).where(deliveries.c.state == DeliveryState.WAITING)
    return tx.execute(found.limit(1)).first() is not None


def lasting_rows(tx: Connection) -> dict[str, list[Any]]:
    """Return all rows of all tables except those that change by themselves."""
    kept = [table for table in TABLES if table.name not in PASSING]
    return {table.name: sorted(tx.execute(select(table)).all(), key=repr) for table in kept}
