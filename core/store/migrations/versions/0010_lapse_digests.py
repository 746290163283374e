"""Moves the notices of unused temporary passwords to the next digest, at nine in Brussels."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_REMINDERS = sa.table(
    "reminders",
    sa.column("user_id", sa.Integer),
    sa.column("password_id", sa.Integer),
    sa.column("threshold", sa.Integer),
    sa.column("state", sa.String),
    sa.column("due_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    connection = op.get_bind()
    waiting = (_REMINDERS.c.threshold == -1) & (_REMINDERS.c.state == "waiting")
    moments = connection.scalars(sa.select(_REMINDERS.c.due_at).where(waiting).distinct()).all()
    for moment in moments:
        connection.execute(
            sa.update(_REMINDERS)
            .where(waiting, _REMINDERS.c.due_at == moment)
            .values(due_at=_next_digest(moment))
        )


def _next_digest(moment: datetime) -> datetime:
    """Return the next nine o'clock in Brussels; SQLite gives moments without a time zone."""
    is_naive = moment.tzinfo is None
    local = (moment.replace(tzinfo=UTC) if is_naive else moment).astimezone(
        ZoneInfo("Europe/Brussels")
    )
    day = local.date() + timedelta(days=int(local.time() > time(9)))
    digest = datetime.combine(day, time(9), tzinfo=local.tzinfo).astimezone(UTC)
    return digest.replace(tzinfo=None) if is_naive else digest
