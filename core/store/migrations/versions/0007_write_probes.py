"""Creates the table of the row that is written to check that the disk is not full."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "write_probes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filler", sa.String(8000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_write_probes"),
    )
