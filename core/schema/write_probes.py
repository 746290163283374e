"""The table of one test row, which the health check writes to see that the disk is not full."""

from sqlalchemy import Column, Integer, String, Table

from core.store.columns import Instant, metadata

write_probes = Table(
    "write_probes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("written_at", Instant, nullable=False),
    Column("filler", String(8000), nullable=False),
)
