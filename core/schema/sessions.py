"""The table of sessions of the portal."""

from sqlalchemy import Column, ForeignKey, String, Table

from core.store.columns import Instant, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
