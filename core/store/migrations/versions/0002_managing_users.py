"""Managing users: removal, search, requests for resets, leavers, and deliveries to others."""

import sqlalchemy as sa
from alembic import op

from core.store.columns import Instant
from core.users.search_keys import search_key_of, sort_key_of

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("authorities", sa.Column("manager_id", sa.Integer(), nullable=True))
    op.add_column("users", sa.Column("removed_by", sa.Integer(), nullable=True))
    op.add_column("users", _text("search_key", 600))
    op.add_column("users", _text("sort_key", 200))
    _fill_keys()
    op.create_index("ix_users_listed", "users", ["authority_id", "sort_key", "id"], unique=False)
    op.add_column("deliveries", sa.Column("recipient_id", sa.Integer(), nullable=True))
    op.add_column("deliveries", _text("event", 40))
    op.add_column(
        "deliveries", sa.Column("details", sa.JSON(), nullable=False, server_default="{}")
    )
    op.add_column("deliveries", sa.Column("posted_channel", sa.String(length=20), nullable=True))
    op.add_column("deliveries", sa.Column("posted_ts", sa.String(length=30), nullable=True))
    _make_requests()
    _make_leavers()


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def _fill_keys() -> None:
    users = sa.table(
        "users",
        *(
            sa.column(name, sa.Integer() if name == "id" else sa.String())
            for name in (
                "id",
                "first_name",
                "last_name",
                "username",
                "email",
                "search_key",
                "sort_key",
            )
        ),
    )
    tx = op.get_bind()
    for row in tx.execute(sa.select(users)).all():
        keys = {"search_key": search_key_of(row, row.email), "sort_key": sort_key_of(row)}
        tx.execute(sa.update(users).where(users.c.id == row.id).values(**keys))


def _make_requests() -> None:
    op.create_table(
        "reset_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authorities.id"], name=op.f("fk_reset_requests_authority_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reset_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_requests")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reset_requests_authority_id"), "reset_requests", ["authority_id"])
    op.create_index(
        "uq_reset_requests_open",
        "reset_requests",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _make_leavers() -> None:
    op.create_table(
        "leavers",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=False),
        sa.Column("noticed_at", Instant(), nullable=False),
        sa.Column("ask_at", Instant(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authorities.id"], name=op.f("fk_leavers_authority_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_leavers_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_leavers")),
    )
    op.create_index(op.f("ix_leavers_authority_id"), "leavers", ["authority_id"])
    op.create_index(op.f("ix_leavers_ask_at"), "leavers", ["ask_at"])
