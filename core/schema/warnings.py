"""The table of the warnings: what an authority lacks."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from core.limits import LONGEST_CODE
from core.store.columns import Instant, metadata

warnings = Table(
    "warnings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False),
    # MODULE:ROLE; empty for the second administrator.
    Column("role", String(2 * LONGEST_CODE + 1), nullable=False),
    Column("since", Instant, nullable=False),
    Column("told", Integer, nullable=False),
    Column("next_at", Instant, nullable=False, index=True),
    UniqueConstraint("authority_id", "role", name="uq_warnings_authority_id_role"),
    # A number is never used again: deliveries are told apart by it.
    sqlite_autoincrement=True,
)
