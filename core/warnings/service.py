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
from core.warnings.rules import WarningState, next_at, told_by

Difference = tuple[tuple[Gap, ...], tuple[int, ...]]


def lacking(tx: Connection, rulebook: Rulebook) -> frozenset[Gap]:
    """Return all that authorities lack: a second administrator, holders of roles; only reads."""
    catalogue, wanted = rulebook.catalogue, rulebook.policy.administrators_wanted
    found = rows.lacking_administrators(tx, wanted)
    for key in catalogue.roles_in(module.code for module in catalogue.modules):
        if key.module and catalogue.min_holders(key):
            found |= rows.lacking(tx, key, catalogue.min_holders(key))
    return frozenset(found)


def difference(tx: Connection, lacks: frozenset[Gap]) -> Difference:
    """Return what is lacking and not yet known, and the numbers of what is known and over."""
    known = rows.known(tx)
    new = lacks - {one.lack for one in known}
    return tuple(sorted(new, key=_place)), tuple(one.id for one in known if one.lack not in lacks)


def forget(tx: Connection, numbers: Collection[int]) -> None:
    """Forget what is not lacking any more."""
    rows.drop(tx, numbers)


def notice(tx: Connection, lacks: Collection[Gap], now: datetime) -> None:
    """Write what is lacking from now on; the administrators are told later, if it stays so."""
    known = {one.lack for one in rows.known(tx)}
    rows.add(tx, [lack for lack in lacks if lack not in known], now, next_at(now, 0))


def tell_due(tx: Connection, now: datetime, most: int) -> int:
    """Tell the administrators of what is still lacking; return of how many things.

    After an outage they are told once, not once for each time that was missed.
    """
    due = rows.due(tx, now, most)
    for one in due:
        notices_sent = told_by(one.since, now)
        rows.mark_told(tx, one.id, notices_sent, next_at(one.since, notices_sent))
        deliveries.queue(tx, _wishes(tx, one, notices_sent), now)
    return len(due)


def _wishes(tx: Connection, one: WarningState, notices_sent: int) -> list[NewDelivery]:
    return [
        NewDelivery(
            DeliveryKind.WARNING,
            administrator.authority_id,
            administrator.id,
            recipient_id=administrator.id,
            event=f"lack{one.id}.{notices_sent}",
            details={"role": one.lack.code},
        )
        for administrator in queries.administrators_of(tx, one.lack.authority_id)
    ]


def _place(lack: Gap) -> tuple[int, str]:
    return lack.authority_id, lack.code
