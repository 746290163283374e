"""The table of faults in which Slack or the mail server refuses the bot itself."""

from sqlalchemy import Column, String, Table

from core.store.columns import Instant, metadata
from core.text_lengths import LONGEST_ERROR_NAME

installation_faults = Table(
    "installation_faults",
    metadata,
    Column("service", String(10), primary_key=True),
    Column("step", String(40), nullable=False),
    Column("code", String(LONGEST_ERROR_NAME), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("worked_at", Instant),
)
