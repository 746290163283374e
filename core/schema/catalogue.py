"""The table of loaded catalogues (modules, roles, keywords), the newest of which is in use."""

from sqlalchemy import Column, Integer, String, Table, Text

from core.store.columns import Instant, metadata

catalogues = Table(
    "catalogues",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("loaded_at", Instant, nullable=False),
    # Ids are never reused: the audit trail refers to rows by them.
    sqlite_autoincrement=True,
)
