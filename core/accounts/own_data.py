"""Exports the data stored about a user to that user, without secrets and without others' data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.schema.audit import audit_entries
from core.schema.authorities import authority_drafts, title_tasks
from core.schema.deliveries import deliveries
from core.schema.leavers import leavers
from core.schema.members import members
from core.schema.passwords import passwords
from core.schema.reminders import reminders
from core.schema.resets import reset_requests
from core.schema.roles import user_roles
from core.schema.sessions import sessions
from core.schema.users import users
from core.users.principals import Principal

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class DataSource:
    """A table with data about people, and the columns that hold the id of the person."""

    name: str
    table: Table
    person_columns: tuple[str, ...] = ("user_id",)


SOURCES = (
    DataSource("account", users, ("id",)),
    DataSource("roles", user_roles),
    DataSource("passwords", passwords),
    DataSource("reminders", reminders),
    DataSource("sessions", sessions),
    DataSource("requests_for_a_password", reset_requests),
    DataSource("questions_whether_they_left", leavers),
    DataSource("messages", deliveries, ("user_id", "recipient_id")),
    DataSource("titles_given_to_translators", title_tasks, ("opened_by",)),
    DataSource("unsaved_edits_of_authorities", authority_drafts),
    DataSource("record_of_what_was_done", audit_entries, ("user_id", "actor_id")),
)
# Never exported, because such values could be misused.
SECRET_COLUMNS = frozenset(
    {"hash", "token_digest", "salt", "digest", "previous_hash", "entry_hash", "registration_key"}
)
# Ids of people; the file replaces those of other people by "someone else".
PEOPLE_COLUMNS = frozenset(
    {
        *("user_id", "by_user_id", "recipient_id", "actor_id", "registered_by", "removed_by"),
        *("decided_by", "opened_by", "closed_by"),
    }
)
# Made of ids of people, which have columns of their own.
_REDUNDANT = frozenset({"key"})
_OTHERS_DATA = "about someone else"


def export_own_data(tx: Connection, principal: Principal, now: datetime) -> dict[str, object]:
    """Return everything stored about the principal, by data source, and record the export.

    It contains no password, hash or token, and no data of other people, not even their ids.
    """
    audit_event = audit.event_about(
        Actor.user(principal.user_id),
        Act.OWN_DATA_TAKEN,
        authority_id=principal.authority_id,
        user_id=principal.user_id,
    )
    audit.record(tx, audit_event, now)
    return {
        "taken_at": now.isoformat(),
        **{source.name: _rows(tx, source, principal.user_id) for source in SOURCES},
        "slack_member": _member(tx, principal.user_id),
    }


def _rows(tx: Connection, source: DataSource, user_id: int) -> list[Row]:
    table = source.table
    shown = [column for column in table.c if column.name not in SECRET_COLUMNS | _REDUNDANT]
    is_about_user = or_(*(table.c[name] == user_id for name in source.person_columns))
    found = tx.execute(select(*shown).where(is_about_user).order_by(*table.primary_key))
    return [_without_others(_json_row(row), user_id) for row in found.mappings()]


def _without_others(row: Row, user_id: int) -> Row:
    """Return the row with `you` for the user, and without ids and data of others."""
    shown = {
        name: _person(value, user_id) if name in PEOPLE_COLUMNS else value
        for name, value in row.items()
    }
    if "details" in row and row["user_id"] not in {None, user_id}:
        shown["details"] = _OTHERS_DATA
    if row.get("recipient_id") not in {None, user_id}:
        # The message is in somebody else's conversation with the bot.
        shown |= {"posted_channel": _OTHERS_DATA, "posted_ts": _OTHERS_DATA}
    return shown


def _person(value: object, user_id: int) -> object:
    if value is None:
        return None
    return "you" if value == user_id else "someone else"


def _member(tx: Connection, user_id: int) -> list[Row]:
    linked = (users.c.team_id == members.c.team_id) & (users.c.member_id == members.c.member_id)
    query = select(members).join(users, linked).where(users.c.id == user_id)
    return [_json_row(row) for row in tx.execute(query).mappings()]


def _json_row(row: Mapping[Any, object]) -> Row:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
