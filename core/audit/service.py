"""Recording what happened, in the transaction in which it happened (D22)."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import Connection

from core.audit import head_rows, rows, rules
from core.audit.chain import Walk
from core.audit.heads import Head, mac_of
from core.audit.rules import Act, Actor, Details, Entry, Happening
from core.secret import Secret


def record(
    tx: Connection,
    happening: Happening,
    now: datetime,
) -> Entry:
    """Add an entry to the chain; `happening.details` holds ids and values, never a secret."""
    newest, previous = rows.lock_head(tx)
    # As it will be read again, whatever the zone it was said in: the seal is over its text.
    now = now.astimezone(UTC)
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
    walk = Walk()
    for entry in rows.as_found(tx):
        walk.take(entry)
    findings = walk.end(*rows.newest(tx))
    return findings[0].number if findings else None


def make_head(tx: Connection, key: Secret, now: datetime) -> None:
    """Sign the newest entry's seal, so that whoever rewrites the chain from there on is found."""
    number, seal = rows.newest(tx)
    if number:
        head_rows.add(tx, Head(number, seal, now, mac_of(key, number, seal, now)))


__all__ = ["Details", "about", "first_break", "make_head", "record"]
