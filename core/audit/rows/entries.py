"""The SQL of the audit entries, and of the tip (the last entry's hash) of their hash chain."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    insert,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from core.audit.rules import GENESIS, Act, Actor, ActorKind, AuditEntry, AuditEvent
from core.audit.stored_entries import ACTS, COLUMNS, KINDS, UNREADABLE, StoredEntry
from core.schema.audit import audit_chain_tip, audit_entries
from core.store.locks import locking
from core.store.prepared import Prepared
from core.store.writing_queries import can_write_together

# Small enough for memory, large enough for speed.
PAGE = 2000
# Maximum number of audit entries that are searched for who changed something.
MAX_HISTORY_ENTRIES = 100


# Built once: SQLAlchemy takes longer to build such a statement than SQLite to run it.
_TIP = select(audit_chain_tip.c.entry_id, audit_chain_tip.c.entry_hash).where(
    audit_chain_tip.c.id == 1
)
_LOCKED_TIP = Prepared(locking(_TIP))
_ADD = Prepared(insert(audit_entries))
_MOVING = update(audit_chain_tip).values(
    entry_id=bindparam("newest"), entry_hash=bindparam("new_hash")
)
_MOVE_TIP = Prepared(_MOVING)
# The parameters have other names than any column, because SQLAlchemy would set such a column too.
_ADD_AND_MOVE_TIP = (
    insert(audit_entries)
    .values({column.name: bindparam(f"new_{column.name}") for column in audit_entries.c})
    .add_cte(_MOVING.cte("moved"))
)
_UNREADABLE = (*UNREADABLE, OperationalError)
# Without the columns' types, whose conversions take longer than fetching the rows.
_STORED: Select[*tuple[Any, ...]] = select(*map(literal_column, COLUMNS)).select_from(audit_entries)


def lock_tip(tx: Connection) -> tuple[int, str]:
    """Lock the tip of the chain and return it: the number and hash of the newest entry.

    The lock keeps other transactions from adding an entry until this one ends.
    """
    row = _LOCKED_TIP.row(tx, {})
    if row is None:
        _start_chain(tx)
        row = _LOCKED_TIP.only_row(tx, {})
    return row.entry_id, row.entry_hash


def _start_chain(tx: Connection) -> None:
    """Insert the tip of an empty trail; a concurrent second insert waits and is dropped."""
    with suppress(IntegrityError), tx.begin_nested():
        tx.execute(audit_chain_tip.insert().values(id=1, entry_id=0, entry_hash=GENESIS))


def add_all(tx: Connection, made: Sequence[AuditEntry]) -> None:
    """Insert the entries, at least one, and move the tip of the chain to the last of them."""
    moved = {"newest": made[-1].id, "new_hash": made[-1].entry_hash}
    if len(made) == 1 and can_write_together(tx):
        added = {f"new_{name}": value for name, value in values_of(made[0]).items()}
        tx.execute(_ADD_AND_MOVE_TIP, {**added, **moved})
        return
    _ADD.run(tx, [values_of(entry) for entry in made])
    _MOVE_TIP.run(tx, moved)


def values_of(entry: AuditEntry) -> dict[str, Any]:
    """Return the values of the entry's row, by column."""
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
    """Return the tip of the chain: the number and hash of the newest entry."""
    row = tx.execute(_TIP).one_or_none()
    return (0, GENESIS) if row is None else (row.entry_id, row.entry_hash)


def page(tx: Connection, after: int, limit: int) -> tuple[AuditEntry, ...]:
    """Return up to `limit` entries after the one of this number, oldest first."""
    query = (
        select(audit_entries)
        .where(audit_entries.c.id > after)
        .order_by(audit_entries.c.id)
        .limit(limit)
    )
    return tuple(map(_entry, tx.execute(query)))


def find(
    tx: Connection, query: Select[Any], values: Mapping[str, object]
) -> tuple[AuditEntry, ...]:
    """Return the entries that a query for whole rows of the table finds with these parameters."""
    return tuple(map(_entry, tx.execute(query, values)))


def newest_of(
    tx: Connection,
    acts: Collection[Act],
    limit: int = MAX_HISTORY_ENTRIES,
    *,
    authority_id: int,
    user_id: int | None,
) -> tuple[AuditEntry, ...]:
    """Return up to `limit` entries of these acts, newest first, in an authority or about a user."""
    of_them = audit_entries.c.act.in_(acts) & (audit_entries.c.authority_id == authority_id)
    if user_id is not None:
        of_them &= audit_entries.c.user_id == user_id
    query = select(audit_entries).where(of_them).order_by(audit_entries.c.id.desc()).limit(limit)
    return tuple(map(_entry, tx.execute(query)))


def moment_of(tx: Connection, number: int) -> datetime:
    """Return the moment of the entry; the earliest moment of all if there is no such entry."""
    at: datetime | None = tx.scalar(select(audit_entries.c.at).where(audit_entries.c.id == number))
    return at or datetime.min.replace(tzinfo=UTC)


def since(tx: Connection, number: int = 0) -> Iterator[AuditEntry]:
    """Yield the entries after `number`, oldest first."""
    while entries := page(tx, number, PAGE):
        yield from entries
        number = entries[-1].id


def scan(tx: Connection, after: int | None = None) -> Iterator[StoredEntry | int]:
    """Yield every stored row, oldest first; of one that cannot be fetched only the number."""
    # Without `after` there is no lower bound: a forged entry may have a number below 1.
    last = after
    while rows := _scan_page(tx, last):
        yield from rows
        last = rows[-1] if isinstance(rows[-1], int) else rows[-1][0]


def _scan_page(tx: Connection, last: int | None) -> Sequence[StoredEntry | int]:
    after = true() if last is None else audit_entries.c.id > last
    query = _STORED.where(after).order_by(audit_entries.c.id).limit(PAGE)
    try:
        return tx.execute(query).all()
    except _UNREADABLE:
        ids = select(audit_entries.c.id).where(after).order_by(audit_entries.c.id).limit(PAGE)
        return [_fetch_or_number(tx, number) for number in tx.scalars(ids).all()]


def _fetch_or_number(tx: Connection, number: int) -> StoredEntry | int:
    try:
        return tx.execute(_STORED.where(audit_entries.c.id == number)).one()
    except _UNREADABLE:
        return number


def erase_details(tx: Connection, user_id: int) -> None:
    """Drop details and salt of all entries about the user; their hashes still hold (D14)."""
    about = audit_entries.c.user_id == user_id
    tx.execute(update(audit_entries).where(about).values(details={}, salt=""))


def _entry(row: Row[Any]) -> AuditEntry:
    actor = Actor(KINDS.get(row.actor_kind, ActorKind.UNREADABLE), row.actor_id)
    act = ACTS.get(row.act, Act.UNREADABLE)
    audit_event = AuditEvent(actor, act, row.authority_id, row.user_id, row.details)
    return AuditEntry(
        row.id, row.at, audit_event, row.salt, row.digest, row.previous_hash, row.entry_hash
    )
