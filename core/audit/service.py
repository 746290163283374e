"""Recording what happened, in the transaction in which it happened (D22)."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import Connection

from core.audit import rules
from core.audit.chain import ChainWalk
from core.audit.rows import entries
from core.audit.rows.purged_users import erased_ids
from core.audit.rules import Act, Actor, AuditEntry, AuditEvent


def record(
    tx: Connection,
    audit_event: AuditEvent,
    now: datetime,
) -> AuditEntry:
    """Add an entry to the chain; `happening.details` holds ids and values, never a secret."""
    newest, previous_hash = entries.lock_tip(tx)
    # As it will be read again, whatever the zone it was said in: the seal is over its text.
    now = now.astimezone(UTC)
    salt = secrets.token_hex(16)
    digest = rules.details_digest(audit_event.details, salt)
    entry_hash = rules.entry_hash_of(
        newest + 1, now, audit_event, digest=digest, previous_hash=previous_hash
    )
    entry = AuditEntry(newest + 1, now, audit_event, salt, digest, previous_hash, entry_hash)
    entries.add(tx, entry)
    return entry


def event_about(
    actor: Actor,
    act: Act,
    *,
    authority_id: int | None,
    user_id: int | None = None,
    **details: object,
) -> AuditEvent:
    """Return what is to be recorded, with its details by name."""
    return AuditEvent(actor, act, authority_id, user_id, details)


def first_broken_entry(tx: Connection) -> int | None:
    """Return the number of the first entry that does not fit the chain, or None."""
    walk = ChainWalk(purged=erased_ids(tx))
    for entry in entries.scan(tx):
        walk.take(entry)
    findings = walk.end(*entries.chain_tip(tx))
    return findings[0].number if findings else None
