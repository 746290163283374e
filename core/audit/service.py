"""Adds entries to the audit trail, and checks its hash chain (D22).

An entry is added in the transaction of the change that it records.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection

from core.audit import rules
from core.audit.chain import ChainWalk
from core.audit.rows import entries
from core.audit.rows.purged_users import purged_ids
from core.audit.rules import Act, Actor, AuditEntry, AuditEvent
from core.store.locks import needs_locks


def record(
    tx: Connection,
    audit_event: AuditEvent,
    now: datetime,
) -> AuditEntry:
    """Add an entry to the chain and return it; the details must not contain a secret."""
    return record_all(tx, [audit_event], now)[0]


def record_all(
    tx: Connection, audit_events: Iterable[AuditEvent], now: datetime
) -> tuple[AuditEntry, ...]:
    """Add an entry for each event to the chain, in this order, in one statement; return them."""
    number, previous_hash = entries.lock_tip(tx)
    # In UTC, as it is read back: the hash is made over the text of the moment.
    now = now.astimezone(UTC)
    made: list[AuditEntry] = []
    for audit_event in audit_events:
        number, salt = number + 1, secrets.token_hex(16)
        digest = rules.details_digest(audit_event.details, salt)
        entry_hash = rules.entry_hash_of(
            number, now, audit_event, digest=digest, previous_hash=previous_hash
        )
        made.append(AuditEntry(number, now, audit_event, salt, digest, previous_hash, entry_hash))
        previous_hash = entry_hash
    entries.add_all(tx, made)
    return tuple(made)


def lock_chain(tx: Connection) -> None:
    """Keep others from adding an entry until this transaction ends, as adding one does.

    Before it adds an entry, a transaction that changes a unique value of a row to which others
    refer calls this, and only then changes the value (`core.store.locks`).
    """
    if needs_locks(tx):
        entries.lock_tip(tx)


def event_about(
    actor: Actor,
    act: Act,
    *,
    authority_id: int | None,
    user_id: int | None = None,
    **details: object,
) -> AuditEvent:
    """Return the event to record, with its details as keyword arguments."""
    return AuditEvent(actor, act, authority_id, user_id, details)


def first_broken_entry(tx: Connection) -> int | None:
    """Return the number of the first entry that does not fit the chain; None if all fit."""
    walk = ChainWalk(purged=purged_ids(tx))
    for row in entries.scan(tx):
        walk.check_stored(row)
    findings = walk.finish(*entries.chain_tip(tx))
    return findings[0].number if findings else None
