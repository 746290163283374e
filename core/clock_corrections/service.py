"""Corrects what a clock that was ahead has stored, so that nothing waits until its day (B03)."""

from datetime import datetime

from sqlalchemy import Connection

from core.clock_corrections import rows
from core.deliveries.rows import leases
from core.passwords.rules import expires_at
from core.policy import Policy
from core.reminders import service as reminders


def is_any_wrong(tx: Connection, policy: Policy, now: datetime) -> bool:
    """Return whether there is something to correct."""
    return leases.is_any_far_ahead(tx, now) or rows.is_any_wrong(tx, policy, now)


def correct(tx: Connection, policy: Policy, now: datetime) -> None:
    """Correct every moment that lies further ahead than a right one can.

    The audit trail keeps its moments: it is evidence, and nothing is decided by them.
    """
    leases.pull_back(tx, now)
    rows.correct_done(tx, now)
    rows.correct_pauses(tx, policy, now)
    rows.plan_early_reminders_again(tx, now)
    for password in rows.passwords_made_ahead(tx, now):
        expiry = expires_at(now, temporary=password.temporary, policy=policy)
        rows.date_password(tx, password.id, now, expiry)
        reminders.plan(tx, password.user_id)
