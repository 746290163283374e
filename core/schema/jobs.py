"""The table of the scheduled jobs: when each is due, its lease, and how its last run ended."""

from sqlalchemy import Column, Float, Integer, String, Table

from core.store.columns import Instant, metadata
from core.text_lengths import LONGEST_ERROR_NAME

jobs = Table(
    "jobs",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("started_at", Instant),
    Column("succeeded_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("error", String(LONGEST_ERROR_NAME)),
    # Lets readers of this table compute which job is late.
    Column("interval_seconds", Float, nullable=False, server_default="86400"),
)
