"""The table of leavers, users who were deactivated in Slack or became guests there."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from core.store.columns import Instant, metadata

leavers = Table(
    "leavers",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("fault", String(20), nullable=False),
    Column("noticed_at", Instant, nullable=False),
    Column("ask_at", Instant, index=True),
    Column("round", Integer, nullable=False),
    # The number of the audit entry with which this was noticed.
    Column("entry_id", Integer, nullable=False, server_default="0"),
)
# Administrators were asked about the leaver, and none of them has answered.
is_unanswered = leavers.c.ask_at.is_(None)
