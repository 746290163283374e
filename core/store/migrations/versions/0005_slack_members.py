"""Adds to each Slack member when Slack last changed them, and their home workspace."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("members", sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.add_column("members", sa.Column("home_team_id", sa.String(20)))
