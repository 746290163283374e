"""Records that Slack or the mail server refuses the bot or works again, to tell the operator.

The operator is told once that a fault began and once that it ended, even with several processes and
after a restart.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.deliveries.rows import leases
from core.faults import rows
from core.faults.rules import WAITING_REASON, InstallationFault, Service


@dataclass(frozen=True, slots=True)
class OperatorNotices:
    """The faults that the operator has not been told of, and those that are over."""

    new: tuple[InstallationFault, ...]
    over: tuple[InstallationFault, ...]


def record_refusal(tx: Connection, fault: InstallationFault) -> bool:
    """Record that the service refused the step; return whether its fault is new."""
    if rows.add(tx, fault):
        return True
    rows.set_worked(tx, fault.service, None)
    return False


def record_success(tx: Connection, service: Service, now: datetime) -> None:
    """Record that the step that the service had refused works again."""
    rows.set_worked(tx, service, now)


def notices(tx: Connection) -> OperatorNotices:
    """Return the faults of which the operator must be told now."""
    faults = rows.all_faults(tx)
    over = tuple(
        fault
        for fault in faults
        if fault.worked_at is not None
        and not leases.is_any_waiting(tx, WAITING_REASON[fault.service])
    )
    new = tuple(fault for fault in faults if fault.told_at is None and fault.worked_at is None)
    return OperatorNotices(new, over)
