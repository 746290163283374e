"""The table of roles with too few holders, with the state of the warnings about each."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from core.store.columns import Instant, metadata
from core.text_lengths import LONGEST_CODE

warnings = Table(
    "warnings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False),
    # MODULE:ROLE, or empty if the authority has fewer administrators than it should.
    Column("role", String(2 * LONGEST_CODE + 1), nullable=False),
    Column("since", Instant, nullable=False),
    Column("notices_sent", Integer, nullable=False),
    Column("next_at", Instant, nullable=False, index=True),
    UniqueConstraint("authority_id", "role", name="uq_warnings_authority_id_role"),
    # Ids are never reused: the unique keys of deliveries contain them.
    sqlite_autoincrement=True,
)
