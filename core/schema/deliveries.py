"""The table of deliveries, the messages to send; it is the transactional outbox."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    false,
    literal_column,
)

from core.store.columns import Instant, metadata
from core.store.partial_index import partial_index
from core.text_lengths import LONGEST_SLACK_ID

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("kind", String(30), nullable=False),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("by_user_id", ForeignKey("users.id")),
    Column("serial", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("queued_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("reason", String(30)),
    Column("recipient_id", Integer),
    Column("event", String(40), nullable=False, server_default=""),
    Column("details", JSON, nullable=False, server_default="{}"),
    Column("posted_channel", String(LONGEST_SLACK_ID)),
    Column("posted_ts", String(30)),
    Column("posted_to", String(LONGEST_SLACK_ID), nullable=False, server_default=""),
    Column("lane", String(5), nullable=False, server_default="slack"),
    Column("priority", SmallInteger, nullable=False, server_default="1"),
    Column("outcome_unknown", Boolean, nullable=False, server_default=false()),
    # Ids are never reused: the audit trail refers to rows by them.
    sqlite_autoincrement=True,
)
# Literals, not parameters: otherwise the databases do not use the partial indexes. Sent deliveries,
# which are most of the table in the end, are in neither index.
is_waiting = deliveries.c.state == literal_column("'waiting'")
is_failed = deliveries.c.state == literal_column("'failed'")
partial_index(
    "ix_deliveries_waiting",
    deliveries.c.lane,
    deliveries.c.priority,
    deliveries.c.due_at,
    deliveries.c.id,
    where=is_waiting,
)
partial_index(
    "ix_deliveries_failed",
    deliveries.c.authority_id,
    where=is_failed,
)
