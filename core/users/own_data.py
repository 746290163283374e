"""What is kept about a person, for that person (the data subject's right of access)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from core.audit import service as audit
from core.audit.rows import entries
from core.audit.rules import Act, Actor
from core.deliveries.table import deliveries
from core.leavers.rows import leavers
from core.members.rows import members
from core.passwords.rows import passwords
from core.reminders.rows import reminders
from core.resets.rows import requests
from core.roles.rows import user_roles
from core.signin.rows import sessions
from core.users.asker import Asker
from core.users.table import users

# Of these nobody is told more than that they exist: whoever has one could use it.
_SECRET = {"hash", "token_digest", "salt", "digest", "previous", "seal", "registration_key"}


def take_own(tx: Connection, asker: Asker, now: datetime) -> dict[str, object]:
    """Return everything kept about the asker, by table, and put on record that they took it.

    No password, no hash and no token is in it, and no detail of somebody else.
    """
    happening = audit.about(
        Actor.user(asker.user_id),
        Act.OWN_DATA_TAKEN,
        authority_id=asker.authority_id,
        user_id=asker.user_id,
    )
    audit.record(tx, happening, now)
    return {
        "taken_at": now.isoformat(),
        **{
            name: [_without_others(row, asker.user_id) for row in _rows(tx, table, condition)]
            for name, table, condition in _places(asker.user_id)
        },
        "slack_member": _member(tx, asker.user_id),
    }


def _places(user_id: int) -> list[tuple[str, Table, Any]]:
    concerned = or_(entries.c.user_id == user_id, entries.c.actor_id == user_id)
    told = or_(deliveries.c.user_id == user_id, deliveries.c.recipient_id == user_id)
    return [
        ("account", users, users.c.id == user_id),
        ("roles", user_roles, user_roles.c.user_id == user_id),
        ("passwords", passwords, passwords.c.user_id == user_id),
        ("reminders", reminders, reminders.c.user_id == user_id),
        ("sessions", sessions, sessions.c.user_id == user_id),
        ("requests_for_a_password", requests, requests.c.user_id == user_id),
        ("questions_whether_they_left", leavers, leavers.c.user_id == user_id),
        ("messages", deliveries, told),
        ("record_of_what_was_done", entries, concerned),
    ]


def _rows(tx: Connection, table: Table, condition: Any) -> list[dict[str, object]]:  # noqa: ANN401 - a column expression
    shown = [column for column in table.c if column.name not in _SECRET]
    found = tx.execute(select(*shown).where(condition).order_by(*table.primary_key))
    return [_row(row) for row in found.mappings()]


def _without_others(row: dict[str, object], user_id: int) -> dict[str, object]:
    """Return the row; of what they did to others, the details are those others' data."""
    if row.get("user_id", user_id) == user_id or "details" not in row:
        return row
    return {**row, "details": "about somebody else"}


def _member(tx: Connection, user_id: int) -> list[dict[str, object]]:
    linked = (users.c.team_id == members.c.team_id) & (users.c.member_id == members.c.member_id)
    query = select(members).join(users, linked).where(users.c.id == user_id)
    return [_row(row) for row in tx.execute(query).mappings()]


def _row(row: Mapping[Any, object]) -> dict[str, object]:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
