"""Reminders, jobs by the clock, standing warnings, and deliveries that overtake each other."""

import sqlalchemy as sa
from alembic import op

from core.reminders.rules import EXPIRY_THRESHOLDS, Threshold, due_at
from core.store.columns import Instant

revision = "0005"
down_revision = "0004"

_USERS = sa.table(
    "users", *map(sa.column, ("id", "password_id", "team_id", "member_id", "removed_at"))
)
_PASSWORDS = sa.table(
    "passwords",
    sa.column("id"),
    sa.column("temporary", sa.Boolean()),
    sa.column("expires_at", Instant()),
)
_MEMBERS = sa.table("members", *map(sa.column, ("team_id", "member_id", "tz")))
_REMINDERS = sa.table(
    "reminders",
    *map(sa.column, ("user_id", "password_id", "threshold")),
    sa.column("due_at", Instant()),
    sa.column("state", sa.String()),
)
_CURRENT = (
    sa.select(
        _USERS.c.id,
        _USERS.c.password_id,
        _PASSWORDS.c.temporary,
        _PASSWORDS.c.expires_at,
        _MEMBERS.c.tz,
    )
    .join_from(_USERS, _PASSWORDS, _PASSWORDS.c.id == _USERS.c.password_id)
    .outerjoin(
        _MEMBERS,
        sa.and_(_MEMBERS.c.team_id == _USERS.c.team_id, _MEMBERS.c.member_id == _USERS.c.member_id),
    )
    .where(_USERS.c.removed_at.is_(None))
)
_WAITING = sa.text("state = 'waiting'")
_KEPT = sa.text("removed_at IS NOT NULL AND purged_at IS NULL")
_FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    _widen_deliveries()
    _make_reminders()
    _plan_reminders()
    _make_jobs()
    _make_warnings()
    _make_heads()
    _index_trail()
    op.add_column("users", sa.Column("purged_at", Instant(), nullable=True))
    op.add_column(
        "users",
        sa.Column("once_linked", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE users SET once_linked = true WHERE member_id IS NOT NULL")
    op.create_index(
        "ix_users_to_purge", "users", ["removed_at"], sqlite_where=_KEPT, postgresql_where=_KEPT
    )


def _widen_deliveries() -> None:
    for column in (
        sa.Column("lane", sa.String(length=5), nullable=False, server_default="slack"),
        sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="1"),
        sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("posted_to", sa.String(length=20), nullable=False, server_default=""),
    ):
        op.add_column("deliveries", column)
    op.drop_index("ix_deliveries_due", table_name="deliveries")
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["lane", "priority", "due_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_deliveries_failed",
        "deliveries",
        ["authority_id"],
        sqlite_where=_FAILED,
        postgresql_where=_FAILED,
    )
    # What waits at this moment keeps its way; the rest is history.
    op.execute(
        "UPDATE deliveries SET lane = 'mail' WHERE state = 'waiting' AND (kind IN"
        " ('temporary_password', 'old_address') OR (kind IN ('notice', 'authority_notice')"
        " AND recipient_id IS NULL))"
    )
    op.execute(
        "UPDATE deliveries SET priority = 0 WHERE state = 'waiting'"
        " AND kind IN ('username', 'temporary_password', 'request')"
    )


def _make_reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("password_id", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminders_user_id")),
        sa.PrimaryKeyConstraint("user_id", "password_id", "threshold", name=op.f("pk_reminders")),
    )
    op.create_index(
        "ix_reminders_waiting",
        "reminders",
        ["due_at"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def _plan_reminders() -> None:
    """Plan what is still to come of the passwords that are there; what is past stays unsaid."""
    tx = op.get_bind()
    for row in tx.execute(_CURRENT).all():
        thresholds = (Threshold.LAPSED,) if row.temporary else EXPIRY_THRESHOLDS
        planned = [
            {
                "user_id": row.id,
                "password_id": row.password_id,
                "threshold": int(threshold),
                "due_at": due_at(row.expires_at, threshold, row.tz or "UTC"),
                "state": "waiting",
            }
            for threshold in thresholds
        ]
        tx.execute(sa.insert(_REMINDERS), planned)


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("succeeded_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_jobs")),
    )


def _make_warnings() -> None:
    op.create_table(
        "warnings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=61), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authorities.id"], name=op.f("fk_warnings_authority_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warnings")),
        sa.UniqueConstraint("authority_id", "role", name="uq_warnings_authority_id_role"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_warnings_next_at"), "warnings", ["next_at"])


def _make_heads() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_heads")),
    )


def _index_trail() -> None:
    op.drop_index("ix_audit_entries_authority_id", table_name="audit_entries")
    op.create_index("ix_audit_entries_place", "audit_entries", ["authority_id", "at", "id"])
    op.create_index("ix_audit_entries_act", "audit_entries", ["authority_id", "act", "at", "id"])
    op.create_index("ix_audit_entries_actor_id", "audit_entries", ["actor_id"])
