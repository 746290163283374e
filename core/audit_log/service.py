"""Returns the audit entries about the administrator's authority, by page or for export (D22)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, literal, or_, select, true, tuple_

from core.audit import service
from core.audit.rows import entries
from core.audit.rules import Act, Actor, AuditEntry
from core.schema.audit import audit_entries
from core.store.columns import Instant
from core.users.principals import Principal, require_administrator
from core.users.rows import users
from core.users.rules import User
from core.users.search_keys import search_words

PAGE_SIZE = 12
CHUNK_SIZE = 500

_position = tuple_(audit_entries.c.at, audit_entries.c.id)


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
    matches = _condition(tx, by.authority_id, query)
    if after:
        found = entries.find_matching(
            tx, and_(matches, _newer(tx, after)), PAGE_SIZE + 1, newest_first=False
        )
        lines = _lines(tx, tuple(reversed(found[:PAGE_SIZE])))
        return AuditLogPage(lines, has_newer=len(found) > PAGE_SIZE, has_older=True)
    older = _older(tx, before) if before else true()
    found = entries.find_matching(tx, and_(matches, older), PAGE_SIZE + 1, newest_first=True)
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
    newer = _newer(tx, after) if after else true()
    matches = and_(_condition(tx, by.authority_id, query), newer, audit_entries.c.id < end)
    found = entries.find_matching(tx, matches, CHUNK_SIZE + 1, newest_first=False)
    return ExportChunk(_lines(tx, found[:CHUNK_SIZE]), len(found) > CHUNK_SIZE)


def _newer(tx: Connection, number: int) -> ColumnElement[bool]:
    return _position > _position_of(tx, number)


def _older(tx: Connection, number: int) -> ColumnElement[bool]:
    return _position < _position_of(tx, number)


def _position_of(tx: Connection, number: int) -> ColumnElement[Any]:
    """Return the position of an entry in the order of the trail: its moment, then its number."""
    at = entries.moment_of(tx, number)
    return tuple_(literal(at, Instant), literal(number))


def _condition(tx: Connection, authority_id: int, query: AuditLogQuery) -> ColumnElement[bool]:
    conditions = [audit_entries.c.authority_id == authority_id]
    if query.person.strip():
        ids = _people(tx, authority_id, query.person)
        of_them = or_(audit_entries.c.actor_id.in_(ids), audit_entries.c.user_id.in_(ids))
        conditions.append(of_them if ids else false())
    if query.act:
        conditions.append(audit_entries.c.act == query.act)
    if query.since is not None:
        conditions.append(audit_entries.c.at >= _midnight(query.since))
    if query.until is not None:
        conditions.append(audit_entries.c.at < _midnight(query.until) + timedelta(days=1))
    return and_(*conditions)


def _people(tx: Connection, authority_id: int, text: str) -> list[int]:
    """Return the ids of the authority's users, removed ones too, whose names have the words."""
    table = users.users
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
