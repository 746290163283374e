"""The tables of the audit trail: entries, the number and hash of the last one, checkpoints."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table

from core.store.columns import Instant, metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_id", Integer, index=True),
    Column("act", String(40), nullable=False),
    Column("authority_id", Integer),
    Column("user_id", Integer, index=True),
    Column("details", JSON, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("entry_hash", String(64), nullable=False),
)

# Each gives a page of an authority's trail in its order, without sorting.
Index("ix_audit_entries_at", audit_entries.c.authority_id, audit_entries.c.at, audit_entries.c.id)
Index(
    "ix_audit_entries_act",
    audit_entries.c.authority_id,
    audit_entries.c.act,
    audit_entries.c.at,
    audit_entries.c.id,
)

# One row: the number and hash of the newest entry. Its lock keeps the chain from forking.
audit_chain_tip = Table(
    "audit_chain_tip",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", Integer, nullable=False),
    Column("entry_hash", String(64), nullable=False),
)

# Signed checkpoints of the chain.
audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("entry_hash", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("previous_number", Integer, nullable=False),
    Column("mac", String(64), nullable=False),
    # Posted outside the database, or about to be: no later checkpoint replaces it.
    Column("retained", Boolean, nullable=False),
    Column("posted", Boolean, nullable=False),
    # The name of the key of `mac`; empty in checkpoints of versions that wrote none.
    Column("key_id", String(16), nullable=False, server_default=""),
)
