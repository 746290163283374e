"""The audit trail in the database: all its SQL, and nothing but."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from core.audit.rules import GENESIS, Act, Actor, ActorKind, Entry, Happening
from core.store.columns import Instant, metadata

entries = Table(
    "audit_entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_id", Integer),
    Column("act", String(40), nullable=False),
    Column("authority_id", Integer, index=True),
    Column("user_id", Integer, index=True),
    Column("details", JSON, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)

# One row: the number and the seal of the newest entry. Its lock is what makes the chain one chain.
head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", Integer, nullable=False),
    Column("seal", String(64), nullable=False),
)


# Built once: building a statement costs more than running it.
_HEAD = select(head.c.entry_id, head.c.seal).with_for_update()
_ADD = insert(entries)
_MOVE_HEAD = update(head).values(entry_id=bindparam("newest"), seal=bindparam("sealed"))


def lock_head(tx: Connection) -> tuple[int, str]:
    """Return number and seal of the newest entry, and keep others from adding one meanwhile."""
    row = tx.execute(_HEAD).one_or_none()
    if row is None:
        tx.execute(head.insert().values(id=1, entry_id=0, seal=GENESIS))
        return 0, GENESIS
    return row.entry_id, row.seal


def add(tx: Connection, entry: Entry) -> None:
    """Write the entry and move the head to it."""
    happening = entry.happening
    values = {
        "id": entry.id,
        "at": entry.at,
        "actor_kind": happening.actor.kind,
        "actor_id": happening.actor.user_id,
        "act": happening.act,
        "authority_id": happening.authority_id,
        "user_id": happening.user_id,
        "details": dict(happening.details),
        "salt": entry.salt,
        "digest": entry.digest,
        "previous": entry.previous,
        "seal": entry.seal,
    }
    tx.execute(_ADD, values)
    tx.execute(_MOVE_HEAD, {"newest": entry.id, "sealed": entry.seal})


def since(tx: Connection, number: int = 0) -> Iterator[Entry]:
    """Yield the entries after `number`, oldest first."""
    for row in tx.execute(select(entries).where(entries.c.id > number).order_by(entries.c.id)):
        yield _entry(row)


def _entry(row: Row[Any]) -> Entry:
    actor = Actor(ActorKind(row.actor_kind), row.actor_id)
    happening = Happening(actor, Act(row.act), row.authority_id, row.user_id, row.details)
    return Entry(row.id, row.at, happening, row.salt, row.digest, row.previous, row.seal)
