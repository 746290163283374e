"""Creates the table that is written to see whether the database takes writes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "write_probes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filler", sa.String(8000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_write_probes"),
    )
