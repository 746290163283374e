"""The table of reminders that a password expires: planned, queued and skipped ones."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    literal_column,
)

from core.store.columns import Instant, metadata
from core.store.partial_index import partial_index

reminders = Table(
    "reminders",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True, autoincrement=False),
    # No foreign key: the row outlives the password.
    Column("password_id", Integer, primary_key=True, autoincrement=False),
    Column("threshold", SmallInteger, primary_key=True, autoincrement=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
)
# A literal, not a parameter: otherwise the databases do not use the partial index.
is_waiting = reminders.c.state == literal_column("'waiting'")
partial_index("ix_reminders_waiting", reminders.c.due_at, where=is_waiting)
