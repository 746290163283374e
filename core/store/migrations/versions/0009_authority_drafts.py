"""Creates the table of drafts of edits of authorities."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "authority_drafts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("authority_id", sa.Integer, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_authority_drafts"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_authority_drafts_user_id"),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["authorities.id"],
            name="fk_authority_drafts_authority_id",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_authority_drafts_user_id", "authority_drafts", ["user_id"])
    op.create_index("ix_authority_drafts_changed_at", "authority_drafts", ["changed_at"])
