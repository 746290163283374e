"""The audit trail in the database: all its SQL, and nothing but."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from core.audit.rules import GENESIS, Act, Actor, ActorKind, AuditEntry, AuditEvent
from core.schema.audit import audit_chain_tip, audit_entries

# Few enough to be small in memory, many enough to be read fast.
PAGE = 2000


# Built once: building a statement costs more than running it.
_HEAD = select(audit_chain_tip.c.entry_id, audit_chain_tip.c.entry_hash).where(
    audit_chain_tip.c.id == 1
)
_LOCKED_HEAD = _HEAD.with_for_update()
_ADD = insert(audit_entries)
_MOVE_HEAD = update(audit_chain_tip).values(
    entry_id=bindparam("newest"), entry_hash=bindparam("sealed")
)


# What reading a value raises that is none: no moment, no JSON, no text, no number of that size.
_UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError, OperationalError)
_ACTS = {act.value: act for act in Act}
_KINDS = {kind.value: kind for kind in ActorKind}
_TEXT_TYPE, _NUMBER_TYPES = {str}, {int, type(None)}


def lock_tip(tx: Connection) -> tuple[int, str]:
    """Return number and seal of the newest entry, and keep others from adding one meanwhile."""
    row = tx.execute(_LOCKED_HEAD).one_or_none()
    if row is None:
        _begin(tx)
        row = tx.execute(_LOCKED_HEAD).one()
    return row.entry_id, row.entry_hash


def _begin(tx: Connection) -> None:
    """Write the head of an empty trail; whoever comes second waits, and finds it there."""
    with suppress(IntegrityError), tx.begin_nested():
        tx.execute(audit_chain_tip.insert().values(id=1, entry_id=0, entry_hash=GENESIS))


def add(tx: Connection, entry: AuditEntry) -> None:
    """Write the entry and move the head to it."""
    tx.execute(_ADD, values_of(entry))
    tx.execute(_MOVE_HEAD, {"newest": entry.id, "sealed": entry.entry_hash})


def values_of(entry: AuditEntry) -> dict[str, Any]:
    """Return the entry as the row that it is."""
    audit_event = entry.audit_event
    return {
        "id": entry.id,
        "at": entry.at,
        "actor_kind": audit_event.actor.kind,
        "actor_id": audit_event.actor.user_id,
        "act": audit_event.act,
        "authority_id": audit_event.authority_id,
        "user_id": audit_event.user_id,
        "details": dict(audit_event.details),
        "salt": entry.salt,
        "digest": entry.digest,
        "previous_hash": entry.previous_hash,
        "entry_hash": entry.entry_hash,
    }


def chain_tip(tx: Connection) -> tuple[int, str]:
    """Return number and seal of the newest entry."""
    row = tx.execute(_HEAD).one_or_none()
    return (0, GENESIS) if row is None else (row.entry_id, row.entry_hash)


def page(tx: Connection, after: int, most: int) -> tuple[AuditEntry, ...]:
    """Return up to `most` entries after the one of this number, oldest first."""
    query = (
        select(audit_entries)
        .where(audit_entries.c.id > after)
        .order_by(audit_entries.c.id)
        .limit(most)
    )
    return tuple(map(_entry, tx.execute(query)))


def find_matching(
    tx: Connection, condition: ColumnElement[bool], most: int, *, newest_first: bool
) -> tuple[AuditEntry, ...]:
    """Return up to `most` entries for which the condition holds, in the order of their moments."""
    places = (audit_entries.c.at, audit_entries.c.id)
    order = [place.desc() if newest_first else place for place in places]
    return tuple(
        map(_entry, tx.execute(select(audit_entries).where(condition).order_by(*order).limit(most)))
    )


def moment_of(tx: Connection, number: int) -> datetime:
    """Return the moment of the entry; that of the first days where there is none."""
    at: datetime | None = tx.scalar(select(audit_entries.c.at).where(audit_entries.c.id == number))
    return at or datetime.min.replace(tzinfo=UTC)


def since(tx: Connection, number: int = 0) -> Iterator[AuditEntry]:
    """Yield the entries after `number`, oldest first."""
    while find_matching := page(tx, number, PAGE):
        yield from find_matching
        number = find_matching[-1].id


def scan(tx: Connection, after: int | None = None) -> Iterator[AuditEntry | int]:
    """Yield whatever stands in the table, oldest first; of what is no entry only the number."""
    # Not from 1 on: nothing that somebody put in by hand may be passed over.
    last = after
    while find_matching := _found_after(tx, last):
        yield from find_matching
        last = find_matching[-1] if isinstance(find_matching[-1], int) else find_matching[-1].id


def _found_after(tx: Connection, last: int | None) -> list[AuditEntry | int]:
    after = true() if last is None else audit_entries.c.id > last
    query = select(audit_entries).where(after).order_by(audit_entries.c.id).limit(PAGE)
    try:
        return [_sound(row) for row in tx.execute(query)]
    except _UNREADABLE:
        ids = select(audit_entries.c.id).where(after).order_by(audit_entries.c.id).limit(PAGE)
        return [_one_found(tx, number) for number in tx.scalars(ids).all()]


def _one_found(tx: Connection, number: int) -> AuditEntry | int:
    try:
        return _sound(tx.execute(select(audit_entries).where(audit_entries.c.id == number)).one())
    except _UNREADABLE:
        return number


def _sound(row: Row[Any]) -> AuditEntry:
    """Return the entry; SQLite holds values of any type in any column.

    Raises:
        TypeError: a value is of a type that no entry of ours has.
    """
    texts = {
        *map(
            type, (row.actor_kind, row.act, row.salt, row.digest, row.previous_hash, row.entry_hash)
        )
    }
    numbers = {*map(type, (row.actor_id, row.authority_id, row.user_id))}
    if texts != _TEXT_TYPE or not numbers <= _NUMBER_TYPES or type(row.details) is not dict:
        raise TypeError("This is no entry.")
    return _entry(row)


def erase_details(tx: Connection, user_id: int) -> None:
    """Drop the details of all entries about the user; the seals hold without them (D14)."""
    about = audit_entries.c.user_id == user_id
    tx.execute(update(audit_entries).where(about).values(details={}, salt=""))


def _entry(row: Row[Any]) -> AuditEntry:
    actor = Actor(_KINDS.get(row.actor_kind, ActorKind.UNREADABLE), row.actor_id)
    act = _ACTS.get(row.act, Act.UNREADABLE)
    audit_event = AuditEvent(actor, act, row.authority_id, row.user_id, row.details)
    return AuditEntry(
        row.id, row.at, audit_event, row.salt, row.digest, row.previous_hash, row.entry_hash
    )
