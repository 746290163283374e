"""The SQL of faults in which Slack or the mail server refuses the bot itself, not one message."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from core.faults.rules import InstallationFault, Service
from core.schema.faults import installation_faults as faults
from core.store.upsert import upsert_into
from core.text_lengths import LONGEST_ERROR_NAME


def add(tx: Connection, fault: InstallationFault) -> bool:
    """Insert the fault unless its service has one already; return whether it was inserted."""
    new = upsert_into(tx, faults).values(
        service=fault.service,
        step=fault.step,
        code=fault.code[:LONGEST_ERROR_NAME],
        began_at=fault.began_at,
    )
    return tx.execute(new.on_conflict_do_nothing()).rowcount == 1


def all_faults(tx: Connection) -> tuple[InstallationFault, ...]:
    """Return the faults that are not over."""
    return tuple(
        InstallationFault(
            Service(row.service), row.step, row.code, row.began_at, row.told_at, row.worked_at
        )
        for row in tx.execute(select(faults).order_by(faults.c.service))
    )


def set_worked(tx: Connection, service: Service, moment: datetime | None) -> None:
    """Write the time at which the refused step succeeded again; None if it was refused again."""
    changes = faults.c.worked_at.is_distinct_from(moment)
    tx.execute(update(faults).where(faults.c.service == service, changes).values(worked_at=moment))


def mark_told(tx: Connection, fault: InstallationFault, now: datetime) -> None:
    """Write that the operator was told of the fault."""
    tx.execute(
        update(faults)
        .where(faults.c.service == fault.service, faults.c.began_at == fault.began_at)
        .values(told_at=now)
    )


def end(tx: Connection, fault: InstallationFault) -> bool:
    """Delete the fault unless its step was refused again; return whether it was deleted."""
    ended = tx.execute(
        delete(faults)
        .where(faults.c.service == fault.service, faults.c.began_at == fault.began_at)
        .where(faults.c.worked_at.is_not(None))
    )
    return ended.rowcount == 1
