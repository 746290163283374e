"""Detects roles with too few holders (gaps), and warns the administrators (R39, R62, D12)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from core.deliveries import authorities_without_administrator
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.rulebook import Rulebook
from core.users.rows import queries
from core.warnings import rows
from core.warnings.rules import Gap, next_warning_at, warnings_due_by

# The gaps that are new, and the ids of the known gaps that are closed.
GapChanges = tuple[tuple[Gap, ...], tuple[int, ...]]


def current_gaps(tx: Connection, rulebook: Rulebook) -> frozenset[Gap]:
    """Return all gaps: missing second administrators, and roles that too few users hold."""
    catalogue, minimum = rulebook.catalogue, rulebook.policy.administrators_wanted
    gaps = rows.administrator_gaps(tx, minimum)
    for key in catalogue.roles_in(module.code for module in catalogue.modules):
        if key.module and catalogue.min_holders(key):
            gaps |= rows.role_gaps(tx, key, catalogue.min_holders(key))
    return frozenset(gaps)


def gap_changes(tx: Connection, gaps: frozenset[Gap]) -> GapChanges:
    """Return the gaps that are not stored yet, and the ids of the stored ones that are closed."""
    known = rows.all_warnings(tx)
    new = gaps - {warning.gap for warning in known}
    closed = (warning.id for warning in known if warning.gap not in gaps)
    return tuple(sorted(new, key=_sort_key)), tuple(closed)


def delete_closed(tx: Connection, warning_ids: Collection[int]) -> None:
    """Delete gaps that are closed."""
    rows.delete_warnings(tx, warning_ids)


def record_new(tx: Connection, gaps: Collection[Gap], now: datetime) -> None:
    """Store new gaps; administrators are warned of those that last until the first warning."""
    rows.add(tx, gaps, now, next_warning_at(now, 0))


def queue_due(tx: Connection, now: datetime, limit: int) -> int:
    """Queue the warnings that are due, for at most `limit` gaps; return the number of gaps.

    After an outage administrators get one warning per gap, not one for each time that was missed.
    """
    due = rows.due(tx, now, limit)
    for warning in due:
        warned = warnings_due_by(warning.since, now)
        rows.mark_queued(tx, warning.id, warned, next_warning_at(warning.since, warned))
        _queue(tx, warning.gap, f"gap{warning.id}", now)
    return len(due)


def _queue(tx: Connection, gap: Gap, event: str, now: datetime) -> None:
    if gap.role is None and authorities_without_administrator.queue_if_needed(
        tx, gap.authority_id, event, now
    ):
        # The access manager was notified; the authority's own administrators could do nothing.
        return
    for delivery in _deliveries(tx, gap, event):
        deliveries.queue_next(tx, delivery, now)


def _deliveries(tx: Connection, gap: Gap, event: str) -> list[NewDelivery]:
    return [
        NewDelivery(
            DeliveryKind.WARNING,
            administrator.authority_id,
            administrator.id,
            recipient_id=administrator.id,
            event=event,
            details={"role": gap.code},
        )
        for administrator in queries.reachable_administrators_of(tx, gap.authority_id)
    ]


def _sort_key(gap: Gap) -> tuple[int, str]:
    return gap.authority_id, gap.code
