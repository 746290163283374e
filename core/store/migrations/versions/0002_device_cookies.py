"""Adds to each user the count of wrong passwords from unknown browsers, and the block for it.

An unknown browser is one in which the user has never signed in.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("stranger_failures", "stranger_blocks"):
        op.add_column("users", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    for name in ("strangers_blocked_at", "strangers_blocked_until"):
        op.add_column("users", sa.Column(name, MOMENT))
