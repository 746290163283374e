"""Reading the trail of one's own authority: by person, act and time, page by page (D22)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    false,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from core.audit import service
from core.audit.rows import entries as rows
from core.audit.rules import Act, Actor, AuditEntry
from core.schema.audit import audit_entries
from core.store.columns import Instant
from core.users.principals import Principal, require_administrator
from core.users.rows import users
from core.users.rules import User
from core.users.search_keys import search_words

PAGE = 12
PIECE = 500

_place = tuple_(audit_entries.c.at, audit_entries.c.id)


@dataclass(frozen=True, slots=True)
class AuditLogQuery:
    """What is sought: words of a person's name, an act, days in UTC; all of it optional."""

    person: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AuditLogLine:
    """An entry with the people in it; None where it was nobody of IMI."""

    entry: AuditEntry
    by: User | None
    about: User | None


@dataclass(frozen=True, slots=True)
class AuditLogPage:
    """A page of the trail, newest first, and whether there is more on either side."""

    lines: tuple[AuditLogLine, ...]
    newer: bool
    older: bool


@dataclass(frozen=True, slots=True)
class ExportChunk:
    """Some of the entries that are taken along, and whether there are more after them."""

    lines: tuple[AuditLogLine, ...]
    is_more: bool


def page_of(
    tx: Connection, principal: Principal, query: AuditLogQuery, *, before: int = 0, after: int = 0
) -> AuditLogPage:
    """Return a page: what is older than the entry of that number, or newer; the newest without one.

    Raises:
        NotAdministratorError: the asker administers nothing.
    """
    by = require_administrator(tx, principal)
    fits = _condition(tx, by.authority_id, query)
    if after:
        found = rows.some(tx, and_(fits, _newer(tx, after)), PAGE + 1, newest_first=False)
        shown, newer, older = tuple(reversed(found[:PAGE])), len(found) > PAGE, True
    else:
        beyond = _older(tx, before) if before else true()
        found = rows.some(tx, and_(fits, beyond), PAGE + 1, newest_first=True)
        shown, newer, older = found[:PAGE], before > 0, len(found) > PAGE
    return AuditLogPage(_lines(tx, shown), newer, older)


def begin_export(tx: Connection, principal: Principal, now: datetime) -> int:
    """Put on record that the trail is taken; return the number of that entry.

    Raises:
        NotAdministratorError: the asker administers nothing.
    """
    by = require_administrator(tx, principal)
    audit_event = service.event_about(
        Actor.user(by.id), Act.TRAIL_EXPORTED, authority_id=by.authority_id, user_id=by.id
    )
    return service.record(tx, audit_event, now).id


def piece_of(
    tx: Connection, principal: Principal, query: AuditLogQuery, *, end: int, after: int
) -> ExportChunk:
    """Return the next entries that fit, oldest first: those after `after` and before `end`.

    Nothing is locked meanwhile: what stands before `end` stays.

    Raises:
        NotAdministratorError: the asker administers nothing any more.
    """
    by = require_administrator(tx, principal)
    beyond = _newer(tx, after) if after else true()
    fits = and_(_condition(tx, by.authority_id, query), beyond, audit_entries.c.id < end)
    found = rows.some(tx, fits, PIECE + 1, newest_first=False)
    return ExportChunk(_lines(tx, found[:PIECE]), len(found) > PIECE)


def _newer(tx: Connection, number: int) -> ColumnElement[bool]:
    return _place > _place_of(tx, number)


def _older(tx: Connection, number: int) -> ColumnElement[bool]:
    return _place < _place_of(tx, number)


def _place_of(tx: Connection, number: int) -> ColumnElement[Any]:
    """Return where an entry stands: by its moment, and its number within that."""
    at = rows.moment_of(tx, number)
    return tuple_(literal(at, Instant), literal(number))


def _condition(tx: Connection, authority_id: int, query: AuditLogQuery) -> ColumnElement[bool]:
    wanted = [audit_entries.c.authority_id == authority_id]
    if query.person.strip():
        ids = _people(tx, authority_id, query.person)
        those = or_(audit_entries.c.actor_id.in_(ids), audit_entries.c.user_id.in_(ids))
        wanted.append(those if ids else false())
    if query.act:
        wanted.append(audit_entries.c.act == query.act)
    if query.since is not None:
        wanted.append(audit_entries.c.at >= _midnight(query.since))
    if query.until is not None:
        wanted.append(audit_entries.c.at < _midnight(query.until) + timedelta(days=1))
    return and_(*wanted)


def _people(tx: Connection, authority_id: int, text: str) -> list[int]:
    """Return who of the authority has these words, those who were removed too."""
    table = users.users
    query = select(table.c.id).where(table.c.authority_id == authority_id)
    for spellings in search_words(text):
        fits = [table.c.search_key.contains(one, autoescape=True) for one in spellings]
        query = query.where(or_(*fits))
    return list(tx.scalars(query))


def _lines(tx: Connection, entries: tuple[AuditEntry, ...]) -> tuple[AuditLogLine, ...]:
    audit_events = [entry.audit_event for entry in entries]
    ids = {one.user_id for one in audit_events} | {one.actor.user_id for one in audit_events}
    people = {user.id: user for user in users.find_all(tx, {one for one in ids if one})}
    return tuple(
        AuditLogLine(
            entry,
            people.get(entry.audit_event.actor.user_id or 0),
            people.get(entry.audit_event.user_id or 0),
        )
        for entry in entries
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
