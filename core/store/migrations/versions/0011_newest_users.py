"""Adds the index by which the users of an authority are listed, the newest first."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # The new index begins with the same column.
    op.drop_index("ix_users_authority_id", "users")
    op.create_index("ix_users_newest", "users", ["authority_id", "id"])
