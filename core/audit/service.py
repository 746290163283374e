"""Recording what happened, in the transaction in which it happened (D22)."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from core.audit import rows, rules
from core.audit.rules import Act, Actor, Details, Entry, Happening


def record(
    tx: Connection,
    happening: Happening,
    now: datetime,
) -> Entry:
    """Add an entry to the chain; `happening.details` holds ids and values, never a secret."""
    newest, previous = rows.lock_head(tx)
    salt = secrets.token_hex(16)
    digest = rules.digest_of(happening.details, salt)
    seal = rules.seal_of(newest + 1, now, happening, digest=digest, previous=previous)
    entry = Entry(newest + 1, now, happening, salt, digest, previous, seal)
    rows.add(tx, entry)
    return entry


def about(
    actor: Actor,
    act: Act,
    *,
    authority_id: int | None,
    user_id: int | None = None,
    **details: object,
) -> Happening:
    """Return what is to be recorded, with its details by name."""
    return Happening(actor, act, authority_id, user_id, details)


def first_break(tx: Connection) -> int | None:
    """Return the number of the first entry that does not fit the chain, or None."""
    previous, number = rules.GENESIS, 0
    for entry in rows.since(tx):
        number += 1
        if not _fits(entry, number, previous):
            return number
        previous = entry.seal
    newest, seal = rows.lock_head(tx)
    return None if (newest, seal) == (number, previous) else number + 1


def _fits(entry: Entry, number: int, previous: str) -> bool:
    digest = rules.digest_of(entry.happening.details, entry.salt)
    seal = rules.seal_of(number, entry.at, entry.happening, digest=entry.digest, previous=previous)
    return (entry.id, entry.digest, entry.previous, entry.seal) == (number, digest, previous, seal)


__all__ = ["Details", "about", "first_break", "record"]
