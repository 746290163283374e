"""What somebody who can write to the database may do to the trail; each act as a wish."""

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

OTHER = Secret("whatever somebody makes up")
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
# `kept` and `posted` are not among them: they only say what is to be done with it.
HEAD_COLUMNS: dict[str, Sequence[Any]] = {
    "number": NUMBERS,
    "entry_hash": COLUMNS["entry_hash"],
    "made_at": MOMENTS,
    "previous_number": NUMBERS,
    "mac": ("", "0" * 64, "ø"),
}


def everything(tx: Connection) -> list[Any]:
    """Return all that the trail consists of."""
    tables = (audit_entries, audit_chain_tip, audit_checkpoints)
    return [tuple(row) for one in tables for row in tx.execute(select(one).order_by(_key(one)))]


def change_a_value(tx: Connection, chance: Random) -> None:
    """Put another value into any column of any entry."""
    _change(tx, chance, audit_entries, COLUMNS)


def change_a_head(tx: Connection, chance: Random) -> None:
    """Put another value into any column of a signed head."""
    _change(tx, chance, audit_checkpoints, HEAD_COLUMNS)


def move_the_end(tx: Connection, chance: Random) -> None:
    """Say that another entry is the newest."""
    number, entry_hash = chance.choice(COLUMNS["id"]), chance.choice(COLUMNS["entry_hash"])
    tx.execute(update(audit_chain_tip).values(entry_id=number, entry_hash=entry_hash))


def take_away(tx: Connection, chance: Random) -> None:
    """Delete an entry, or a signed head."""
    table = chance.choice([audit_entries, audit_checkpoints])
    key = _key(table)
    tx.execute(delete(table).where(key == _any(tx, chance, table)))


def put_in(tx: Connection, chance: Random) -> None:
    """Insert an entry like another one, or a head signed with a key of one's own."""
    number = chance.choice(COLUMNS["id"])
    if number not in _numbers(tx, audit_entries) and chance.random() < 0.5:
        like = _row(tx, audit_entries, _any(tx, chance, audit_entries))
        tx.execute(insert(audit_entries).values(**{**like, "id": number}))
    elif number not in _numbers(tx, audit_checkpoints):
        before = chance.choice(NUMBERS)
        checkpoints.add(tx, signed(Checkpoint(number, GENESIS, NOON, before), OTHER))


def swap(tx: Connection, chance: Random) -> None:
    """Let two entries change places, with or without their links."""
    one, other = (_row(tx, audit_entries, _any(tx, chance, audit_entries)) for _ in range(2))
    kept = chance.choice([("id",), ("id", "previous_hash", "entry_hash"), ("id", "digest")])
    for here, there in ((one, other), (other, one)):
        values = {name: value for name, value in there.items() if name not in kept}
        tx.execute(update(audit_entries).where(audit_entries.c.id == here["id"]).values(**values))


def erase(tx: Connection, chance: Random) -> None:
    """Let an entry, or all about a user, look like those of somebody purged."""
    c = audit_entries.c
    row = _row(tx, audit_entries, _any(tx, chance, audit_entries))
    which = chance.choice([c.id == row["id"], c.user_id == row["user_id"]])
    tx.execute(update(audit_entries).where(which).values(details={}, salt=""))


def forge_a_purge(tx: Connection, chance: Random) -> None:
    """Let the trail say that somebody was purged who is still here, and erase what it told."""
    c = audit_entries.c
    here = select(users.c.id).where(users.c.purged_at.is_(None))
    there = sorted(set(tx.scalars(select(c.user_id).where(c.salt != "", c.user_id.in_(here)))))
    if there:
        user, actor = chance.choice(there), chance.choice([SYSTEM, Actor.user(1)])
        entries.erase_details(tx, user)
        forged = service.event_about(actor, Act.USER_PURGED, authority_id=1, user_id=user)
        service.record(tx, forged, NOON)


def drop_all_heads(tx: Connection, chance: Random) -> None:
    """Delete every audit_chain_tip, perhaps with one of one's own in their place."""
    tx.execute(delete(audit_checkpoints))
    if chance.random() < 0.5:
        sign(tx, OTHER)


def cut_off(tx: Connection, chance: Random) -> None:
    """Drop the last entries and let the end of the chain say so; perhaps the heads too."""
    last = _any(tx, chance, audit_entries) - 1
    tx.execute(delete(audit_entries).where(audit_entries.c.id > last))
    entry_hash = GENESIS if last == 0 else _row(tx, audit_entries, last)["entry_hash"]
    tx.execute(update(audit_chain_tip).values(entry_id=last, entry_hash=entry_hash))
    if chance.random() < 0.5:
        tx.execute(delete(audit_checkpoints).where(audit_checkpoints.c.number > last))


def rewrite(tx: Connection, chance: Random) -> None:
    """Make another story of an entry, and every seal from there on anew; perhaps the heads too."""
    first = _any(tx, chance, audit_entries)
    entry_hash = ""
    for entry in list(entries.since(tx, first - 1)):
        changed = entry
        if entry.id == first:
            other = replace(entry.audit_event, details={"kind": "other"})
            changed = replace(
                entry, audit_event=other, salt=SALT, digest=details_digest({"kind": "other"}, SALT)
            )
        entry_hash = _write_anew(tx, changed, entry_hash or entry.previous_hash)
    tx.execute(update(audit_chain_tip).values(entry_hash=entry_hash))
    what = chance.choice(["leave", "delete", "forge"])
    if what != "leave":
        tx.execute(delete(audit_checkpoints).where(audit_checkpoints.c.number >= first))
    if what == "forge":
        sign(tx, OTHER)


def _write_anew(tx: Connection, entry: AuditEntry, previous_hash: str) -> str:
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
    change_a_head,
    move_the_end,
    take_away,
    put_in,
    swap,
    erase,
    forge_a_purge,
    drop_all_heads,
    cut_off,
    rewrite,
)
