"""The table of the password hashes."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from core.store.columns import Instant, metadata

passwords = Table(
    "passwords",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("hash", String(200), nullable=False),
    Column("temporary", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # Ids are never reused: the audit trail refers to rows by them.
    sqlite_autoincrement=True,
)
