"""The table of the requests for a password reset."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, literal_column

from core.store.columns import Instant, metadata
from core.store.partial_index import partial_index
from core.text_lengths import LONGEST_REASON

reset_requests = Table(
    "reset_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("source", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Integer),
    Column("reason", String(LONGEST_REASON), nullable=False),
    # Ids are never reused: the audit trail refers to rows by them.
    sqlite_autoincrement=True,
)
# A literal, not a parameter: otherwise the databases do not use the partial index.
is_open = reset_requests.c.state == literal_column("'open'")
# A user has at most one open request.
partial_index(
    "uq_reset_requests_open",
    reset_requests.c.user_id,
    unique=True,
    where=is_open,
)
