"""Stores which key signed each checkpoint (signed number and hash) of the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    key_id = sa.Column("key_id", sa.String(16), nullable=False, server_default="")
    op.add_column("audit_checkpoints", key_id)
