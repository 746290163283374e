"""Stores the interval of each scheduled job, by which a late run is detected."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    interval = sa.Column("interval_seconds", sa.Float, nullable=False, server_default="86400")
    op.add_column("jobs", interval)
