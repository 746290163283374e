"""Functions that tamper with the audit trail by SQL, in every way that must be detected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from core.audit import service
from core.audit.checkpoints import Checkpoint, signed
from core.audit.rows import checkpoints, entries
from core.audit.rules import (
    GENESIS,
    SYSTEM,
    Act,
    Actor,
    AuditEntry,
    details_digest,
    entry_hash_of,
)
from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
from core.schema.users import users
from core.secret import Secret
from tests.core.audit.growing import MOST, sign
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from sqlalchemy import Connection, Table

OTHER = Secret("a key that somebody made up")
SALT = "0" * 32
NUMBERS = tuple(range(-2, MOST + 3))
MOMENTS = tuple(NOON + timedelta(seconds=seconds) for seconds in range(-9, 10))
COLUMNS: dict[str, Sequence[Any]] = {
    "id": NUMBERS,
    "at": MOMENTS,
    "actor_kind": ("user", "system", "stranger", "unreadable", "x", ""),
    "actor_id": (None, *range(6)),
    "act": (*(act.value for act in Act), "x", ""),
    "authority_id": (None, 0, 1, 2),
    "user_id": (None, *range(6)),
    "details": ({}, {"kind": "x"}, {"kind": None}, {"kind": "x", "a": 1}),
    "salt": ("", SALT),
    "digest": ("", "0" * 64),
    "previous_hash": ("", GENESIS),
    "entry_hash": ("", GENESIS, "ø"),
}
# Without `retained` and `posted`, which only say what the product does with it next.
CHECKPOINT_COLUMNS: dict[str, Sequence[Any]] = {
    "number": NUMBERS,
    "entry_hash": COLUMNS["entry_hash"],
    "made_at": MOMENTS,
    "previous_number": NUMBERS,
    "mac": ("", "0" * 64, "ø"),
}


def read_all(tx: Connection) -> list[Any]:
    """Return every row of the trail."""
    tables = (audit_entries, audit_chain_tip, audit_checkpoints)
    return [tuple(row) for one in tables for row in tx.execute(select(one).order_by(_key(one)))]


def change_a_value(tx: Connection, chance: Random) -> None:
    """Put another value into any column of any entry."""
    _change(tx, chance, audit_entries, COLUMNS)


def change_a_checkpoint(tx: Connection, chance: Random) -> None:
    """Put another value into any column of a signed checkpoint."""
    _change(tx, chance, audit_checkpoints, CHECKPOINT_COLUMNS)


def move_the_tip(tx: Connection, chance: Random) -> None:
    """Make the tip of the chain name another entry."""
    number, entry_hash = chance.choice(COLUMNS["id"]), chance.choice(COLUMNS["entry_hash"])
    tx.execute(update(audit_chain_tip).values(entry_id=number, entry_hash=entry_hash))


def delete_a_row(tx: Connection, chance: Random) -> None:
    """Delete an entry or a checkpoint."""
    table = chance.choice([audit_entries, audit_checkpoints])
    key = _key(table)
    tx.execute(delete(table).where(key == _any(tx, chance, table)))


def insert_a_row(tx: Connection, chance: Random) -> None:
    """Insert a copy of an entry, or a checkpoint that is signed with another key."""
    number = chance.choice(COLUMNS["id"])
    if number not in _numbers(tx, audit_entries) and chance.random() < 0.5:
        like = _row(tx, audit_entries, _any(tx, chance, audit_entries))
        tx.execute(insert(audit_entries).values(**{**like, "id": number}))
    elif number not in _numbers(tx, audit_checkpoints):
        before = chance.choice(NUMBERS)
        checkpoints.add(tx, signed(Checkpoint(number, GENESIS, NOON, before), OTHER))


def swap_entries(tx: Connection, chance: Random) -> None:
    """Swap two entries, with or without their hashes."""
    one, other = (_row(tx, audit_entries, _any(tx, chance, audit_entries)) for _ in range(2))
    unchanged = chance.choice([("id",), ("id", "previous_hash", "entry_hash"), ("id", "digest")])
    for target, source in ((one, other), (other, one)):
        values = {name: value for name, value in source.items() if name not in unchanged}
        tx.execute(update(audit_entries).where(audit_entries.c.id == target["id"]).values(**values))


def erase_details(tx: Connection, chance: Random) -> None:
    """Make an entry, or all entries about a user, look like those of a purged user."""
    c = audit_entries.c
    row = _row(tx, audit_entries, _any(tx, chance, audit_entries))
    which = chance.choice([c.id == row["id"], c.user_id == row["user_id"]])
    tx.execute(update(audit_entries).where(which).values(details={}, salt=""))


def forge_a_purge(tx: Connection, chance: Random) -> None:
    """Record the purge of a user who was not purged, and erase their details."""
    c = audit_entries.c
    not_purged = select(users.c.id).where(users.c.purged_at.is_(None))
    candidates = sorted(
        set(tx.scalars(select(c.user_id).where(c.salt != "", c.user_id.in_(not_purged))))
    )
    if candidates:
        user, actor = chance.choice(candidates), chance.choice([SYSTEM, Actor.user(1)])
        entries.erase_details(tx, user)
        forged = service.event_about(actor, Act.USER_PURGED, authority_id=1, user_id=user)
        service.record(tx, forged, NOON)


def delete_all_checkpoints(tx: Connection, chance: Random) -> None:
    """Delete every checkpoint, and perhaps sign one with another key."""
    tx.execute(delete(audit_checkpoints))
    if chance.random() < 0.5:
        sign(tx, OTHER)


def cut_off_the_tail(tx: Connection, chance: Random) -> None:
    """Delete the last entries and move the tip; perhaps delete their checkpoints too."""
    last = _any(tx, chance, audit_entries) - 1
    tx.execute(delete(audit_entries).where(audit_entries.c.id > last))
    entry_hash = GENESIS if last == 0 else _row(tx, audit_entries, last)["entry_hash"]
    tx.execute(update(audit_chain_tip).values(entry_id=last, entry_hash=entry_hash))
    if chance.random() < 0.5:
        tx.execute(delete(audit_checkpoints).where(audit_checkpoints.c.number > last))


def rewrite_the_tail(tx: Connection, chance: Random) -> None:
    """Change an entry and all hashes from there on; perhaps delete or forge checkpoints too."""
    first = _any(tx, chance, audit_entries)
    entry_hash = ""
    for entry in list(entries.since(tx, first - 1)):
        changed = entry
        if entry.id == first:
            other = replace(entry.audit_event, details={"kind": "other"})
            changed = replace(
                entry, audit_event=other, salt=SALT, digest=details_digest({"kind": "other"}, SALT)
            )
        entry_hash = _rehash(tx, changed, entry_hash or entry.previous_hash)
    tx.execute(update(audit_chain_tip).values(entry_hash=entry_hash))
    checkpoints_then = chance.choice(["leave", "delete", "forge"])
    if checkpoints_then != "leave":
        tx.execute(delete(audit_checkpoints).where(audit_checkpoints.c.number >= first))
    if checkpoints_then == "forge":
        sign(tx, OTHER)


def _rehash(tx: Connection, entry: AuditEntry, previous_hash: str) -> str:
    entry_hash = entry_hash_of(
        entry.id, entry.at, entry.audit_event, digest=entry.digest, previous_hash=previous_hash
    )
    values = {
        "details": dict(entry.audit_event.details),
        "salt": entry.salt,
        "digest": entry.digest,
        "previous_hash": previous_hash,
        "entry_hash": entry_hash,
    }
    tx.execute(update(audit_entries).where(audit_entries.c.id == entry.id).values(**values))
    return entry_hash


def _change(
    tx: Connection,
    chance: Random,
    table: Table,
    columns: dict[str, Sequence[Any]],
) -> None:
    name = chance.choice(sorted(columns))
    value = chance.choice(columns[name])
    key = _key(table)
    if key.name == name and value in _numbers(tx, table):
        return
    number = _any(tx, chance, table)
    tx.execute(update(table).where(key == number).values(**{name: value}))


def _key(table: Table) -> Any:  # noqa: ANN401 - SQLAlchemy's column of any type
    return next(iter(table.primary_key))


def _numbers(tx: Connection, table: Table) -> list[int]:
    return sorted(tx.scalars(select(_key(table))))


def _any(tx: Connection, chance: Random, table: Table) -> int:
    return chance.choice(_numbers(tx, table))


def _row(tx: Connection, table: Table, number: int) -> dict[str, Any]:
    return dict(tx.execute(select(table).where(_key(table) == number)).mappings().one())


ACTS = (
    change_a_value,
    change_a_checkpoint,
    move_the_tip,
    delete_a_row,
    insert_a_row,
    swap_entries,
    erase_details,
    forge_a_purge,
    delete_all_checkpoints,
    cut_off_the_tail,
    rewrite_the_tail,
)
