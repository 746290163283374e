"""Stores the interval of each job, by which a late one is seen; adds a table to try a write."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"


def upgrade() -> None:
    interval = sa.Column("interval_seconds", sa.Float, nullable=False, server_default="86400")
    op.add_column("jobs", interval)
    op.create_table(
        "write_probes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filler", sa.String(8000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_write_probes"),
    )
