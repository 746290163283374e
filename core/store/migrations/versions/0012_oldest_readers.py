"""Adds the oldest version of imi-bot that works with the tables, beside their version."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    # Alembic's own table: it is in no backup, and always describes the tables that are there.
    op.add_column("alembic_version", sa.Column("oldest_reader", sa.String(32), nullable=True))
