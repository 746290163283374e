"""Corrects times stored by a clock that was ahead, so that no work waits for a wrong time (B03)."""

from datetime import datetime

from sqlalchemy import Connection

from core.clock_corrections import rows
from core.deliveries.rows import leases
from core.passwords.rules import expires_at
from core.policy import Policy
from core.reminders import service as reminders


def is_any_wrong(tx: Connection, policy: Policy, now: datetime) -> bool:
    """Return whether any stored time lies too far in the future."""
    return leases.is_any_far_ahead(tx, now) or rows.is_any_wrong(tx, policy, now)


def correct(tx: Connection, policy: Policy, now: datetime) -> None:
    """Correct every stored time that lies further in the future than a right clock can put it.

    The audit trail keeps its times: it is evidence, and no rule depends on them.
    """
    leases.pull_back(tx, now)
    rows.correct_done(tx, now)
    rows.correct_pauses(tx, policy, now)
    rows.plan_early_reminders_again(tx, now)
    for password in rows.passwords_made_ahead(tx, now):
        expiry = expires_at(now, temporary=password.temporary, policy=policy)
        rows.date_password(tx, password.id, now, expiry)
        reminders.plan(tx, password.user_id, policy)
