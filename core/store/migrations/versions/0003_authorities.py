"""Authorities whole: contact data, keywords, coordinators, translations, the title queue."""

import sqlalchemy as sa
from alembic import op

from core.store.columns import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in (
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("text_language", sa.String(length=2), nullable=False, server_default="en"),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("place", sa.String(length=100), nullable=False, server_default=""),
        sa.Column("web_site", sa.String(length=300), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.Column("removed_by", sa.Integer(), nullable=True),
    ):
        op.add_column("authorities", column)
    op.add_column("authority_modules", _flag("coordinator"))
    _make_keywords()
    _make_coordinators()
    _make_texts()
    _make_tasks()


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _authority(table: str, column: str = "authority_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["authorities.id"], name=op.f(f"fk_{table}_{column}"))


def _make_keywords() -> None:
    op.create_table(
        "authority_keywords",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=30), nullable=False),
        sa.Column("keyword", sa.String(length=60), nullable=False),
        _authority("authority_keywords"),
        sa.PrimaryKeyConstraint(
            "authority_id", "module", "keyword", name=op.f("pk_authority_keywords")
        ),
    )


def _make_coordinators() -> None:
    op.create_table(
        "authority_coordinators",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=30), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=False),
        _authority("authority_coordinators"),
        _authority("authority_coordinators", "coordinator_id"),
        sa.PrimaryKeyConstraint(
            "authority_id", "module", "coordinator_id", name=op.f("pk_authority_coordinators")
        ),
    )
    op.create_index(
        op.f("ix_authority_coordinators_coordinator_id"),
        "authority_coordinators",
        ["coordinator_id"],
    )


def _make_texts() -> None:
    op.create_table(
        "authority_texts",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("informal_title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        _authority("authority_texts"),
        sa.PrimaryKeyConstraint("authority_id", "language", name=op.f("pk_authority_texts")),
    )


def _make_tasks() -> None:
    op.create_table(
        "title_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("old_title", sa.String(length=200), nullable=False),
        sa.Column("new_title", sa.String(length=200), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_by", sa.String(length=20), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        _authority("title_tasks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_tasks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_title_tasks_authority_id"), "title_tasks", ["authority_id"])
    op.create_index(
        "ix_title_tasks_open",
        "title_tasks",
        ["id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
