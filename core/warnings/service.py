"""Noticing what authorities lack, and telling their administrators (R39, R62, D12)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.rulebook import Rulebook
from core.users.rows import queries
from core.warnings import rows
from core.warnings.rules import Gap as Gap
from core.warnings.rules import WarningState, next_warning_at, warnings_due_by

GapChanges = tuple[tuple[Gap, ...], tuple[int, ...]]


def current_gaps(tx: Connection, rulebook: Rulebook) -> frozenset[Gap]:
    """Return all that authorities lack: a second administrator, holders of roles; only reads."""
    catalogue, wanted = rulebook.catalogue, rulebook.policy.administrators_wanted
    found = rows.administrator_gaps(tx, wanted)
    for key in catalogue.roles_in(module.code for module in catalogue.modules):
        if key.module and catalogue.min_holders(key):
            found |= rows.role_gaps(tx, key, catalogue.min_holders(key))
    return frozenset(found)


def gap_changes(tx: Connection, lacks: frozenset[Gap]) -> GapChanges:
    """Return what is lacking and not yet known, and the numbers of what is known and over."""
    known = rows.all_warnings(tx)
    new = lacks - {one.gap for one in known}
    return tuple(sorted(new, key=_place)), tuple(one.id for one in known if one.gap not in lacks)


def delete_closed(tx: Connection, numbers: Collection[int]) -> None:
    """Forget what is not lacking any more."""
    rows.delete_warnings(tx, numbers)


def record_new(tx: Connection, lacks: Collection[Gap], now: datetime) -> None:
    """Write what is lacking from now on; the administrators are told later, if it stays so."""
    known = {one.gap for one in rows.all_warnings(tx)}
    rows.add(tx, [gap for gap in lacks if gap not in known], now, next_warning_at(now, 0))


def queue_due(tx: Connection, now: datetime, most: int) -> int:
    """Tell the administrators of what is still lacking; return of how many things.

    After an outage they are told once, not once for each time that was missed.
    """
    due = rows.due(tx, now, most)
    for one in due:
        told = warnings_due_by(one.since, now)
        rows.mark_queued(tx, one.id, told, next_warning_at(one.since, told))
        deliveries.queue(tx, _wishes(tx, one, told), now)
    return len(due)


def _wishes(tx: Connection, one: WarningState, told: int) -> list[NewDelivery]:
    return [
        NewDelivery(
            DeliveryKind.WARNING,
            administrator.authority_id,
            administrator.id,
            recipient_id=administrator.id,
            event=f"lack{one.id}.{told}",
            details={"role": one.gap.code},
        )
        for administrator in queries.administrators_of(tx, one.gap.authority_id)
    ]


def _place(gap: Gap) -> tuple[int, str]:
    return gap.authority_id, gap.code
