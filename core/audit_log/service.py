"""Returns the audit entries about the administrator's authority, by page or for export (D22)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, or_, select

from core.audit import service
from core.audit.rules import Act, Actor, AuditEntry
from core.audit_log import rows
from core.schema.users import users as users_table
from core.users.principals import Principal, require_administrator
from core.users.rows import users
from core.users.rules import User
from core.users.search_keys import search_words

PAGE_SIZE = 12
CHUNK_SIZE = 500


@dataclass(frozen=True, slots=True)
class AuditLogQuery:
    """The filters, all optional: words of a person's name, an act, first and last day in UTC."""

    person: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AuditLogLine:
    """An entry with the user who acted and the user it is about; None if it was no user."""

    entry: AuditEntry
    by: User | None
    about: User | None


@dataclass(frozen=True, slots=True)
class AuditLogPage:
    """A page of the trail, newest first, and whether there are newer and older entries."""

    lines: tuple[AuditLogLine, ...]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class ExportChunk:
    """A part of an export, oldest first, and whether more follows."""

    lines: tuple[AuditLogLine, ...]
    has_more: bool


def find_page(
    tx: Connection, principal: Principal, query: AuditLogQuery, *, before: int = 0, after: int = 0
) -> AuditLogPage:
    """Return the page before or after the entry of that number; without one, the newest page.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    by = require_administrator(tx, principal)
    filters = _filters(tx, by.authority_id, query)
    if after:
        filters["after"] = after
        found = rows.find(tx, by.authority_id, filters, PAGE_SIZE + 1, newest_first=False)
        lines = _lines(tx, tuple(reversed(found[:PAGE_SIZE])))
        return AuditLogPage(lines, has_newer=len(found) > PAGE_SIZE, has_older=True)
    if before:
        filters["before"] = before
    found = rows.find(tx, by.authority_id, filters, PAGE_SIZE + 1, newest_first=True)
    lines = _lines(tx, found[:PAGE_SIZE])
    return AuditLogPage(lines, has_newer=before > 0, has_older=len(found) > PAGE_SIZE)


def begin_export(tx: Connection, principal: Principal, now: datetime) -> int:
    """Record that the trail is exported; return the number of that entry.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    by = require_administrator(tx, principal)
    audit_event = service.event_about(
        Actor.user(by.id), Act.TRAIL_EXPORTED, authority_id=by.authority_id, user_id=by.id
    )
    return service.record(tx, audit_event, now).id


def next_chunk(
    tx: Connection, principal: Principal, query: AuditLogQuery, *, end: int, after: int
) -> ExportChunk:
    """Return the next matching entries after `after` and before `end`, oldest first.

    Nothing is locked between the chunks: entries before `end` do not change.

    Raises:
        NotAdministratorError: the principal is no longer an administrator.
    """
    by = require_administrator(tx, principal)
    filters = _filters(tx, by.authority_id, query) | {"end": end}
    if after:
        filters["after"] = after
    found = rows.find(tx, by.authority_id, filters, CHUNK_SIZE + 1, newest_first=False)
    return ExportChunk(_lines(tx, found[:CHUNK_SIZE]), len(found) > CHUNK_SIZE)


def _filters(tx: Connection, authority_id: int, query: AuditLogQuery) -> dict[str, object]:
    """Return the filters of `rows.find`; no entry meets that of `people` if there are none."""
    filters: dict[str, object] = {}
    if query.person.strip():
        filters["people"] = _people(tx, authority_id, query.person)
    if query.act:
        filters["act"] = query.act
    if query.since is not None:
        filters["since"] = _midnight(query.since)
    if query.until is not None:
        filters["until"] = _midnight(query.until) + timedelta(days=1)
    return filters


def _people(tx: Connection, authority_id: int, text: str) -> list[int]:
    """Return the ids of the authority's users, removed ones too, whose names have the words."""
    table = users_table
    query = select(table.c.id).where(table.c.authority_id == authority_id)
    for spellings in search_words(text):
        found = [table.c.search_key.contains(word, autoescape=True) for word in spellings]
        query = query.where(or_(*found))
    return list(tx.scalars(query))


def _lines(tx: Connection, found: tuple[AuditEntry, ...]) -> tuple[AuditLogLine, ...]:
    audit_events = [entry.audit_event for entry in found]
    ids = {event.user_id for event in audit_events} | {
        event.actor.user_id for event in audit_events
    }
    people = {user.id: user for user in users.find_all(tx, {number for number in ids if number})}
    return tuple(
        AuditLogLine(
            entry,
            people.get(entry.audit_event.actor.user_id or 0),
            people.get(entry.audit_event.user_id or 0),
        )
        for entry in found
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
