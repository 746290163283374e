"""The SQL of the delivery worker: claiming under a lease, releasing, finishing, rescheduling."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, case, func, or_, select, update

from core.deliveries.rows.deliveries import delivery_of
from core.deliveries.rules import Delivery, DeliveryState, FailureReason, Lane, Priority
from core.schema.deliveries import deliveries, is_waiting


def claim(
    tx: Connection, lane: Lane, now: datetime, until: datetime, most: int
) -> tuple[Delivery, ...]:
    """Claim up to `most` due deliveries that no other worker has, with a lease until `until`.

    The urgent ones come first, then those due the longest. Where a lease has run out, its worker
    died while sending, so the delivery is possibly sent.
    """
    claimed: list[Delivery] = []
    for priority in Priority:
        if len(claimed) < most:
            claimed += _claim(tx, lane, priority, now, most - len(claimed))
    if claimed:
        ids = [delivery.id for delivery in claimed]
        tx.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(ids))
            .values(
                leased_until=until,
                outcome_unknown=case(
                    (deliveries.c.leased_until.is_not(None), True),
                    else_=deliveries.c.outcome_unknown,
                ),
            )
        )
    return tuple(claimed)


def _claim(
    tx: Connection, lane: Lane, priority: Priority, now: datetime, most: int
) -> list[Delivery]:
    free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    found = tx.execute(
        select(deliveries)
        .where(is_waiting, deliveries.c.lane == lane, deliveries.c.priority == int(priority))
        .where(deliveries.c.due_at <= now, free)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [
        replace(
            delivery_of(row), outcome_unknown=row.outcome_unknown or row.leased_until is not None
        )
        for row in found
    ]


def release(tx: Connection, delivery_ids: Iterable[int]) -> None:
    """Release claimed deliveries whose sending was cut off; they are possibly sent."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(list(delivery_ids)), is_waiting)
        .values(leased_until=None, outcome_unknown=True)
    )


def mark_all_possibly_sent(tx: Connection, since: datetime) -> None:
    """Release all waiting deliveries as possibly sent, at the earliest at `since`."""
    oldest = case((deliveries.c.queued_at > since, since), else_=deliveries.c.queued_at)
    tx.execute(
        update(deliveries)
        .where(is_waiting)
        .values(leased_until=None, outcome_unknown=True, queued_at=oldest)
    )


def is_any_due(tx: Connection, lane: Lane, now: datetime) -> bool:
    """Return whether any delivery is due that no worker has claimed."""
    free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    return any(
        tx.scalar(
            select(deliveries.c.id)
            .where(is_waiting, deliveries.c.lane == lane, deliveries.c.priority == int(priority))
            .where(deliveries.c.due_at <= now, free)
            .limit(1)
        )
        for priority in Priority
    )


def is_any_waiting(tx: Connection, reason: FailureReason) -> bool:
    """Return whether any delivery waits because of this reason."""
    waiting = select(deliveries.c.id).where(is_waiting, deliveries.c.reason == reason).limit(1)
    return tx.scalar(waiting) is not None


def backlog(tx: Connection) -> tuple[int, datetime | None]:
    """Return how many deliveries wait, and when the oldest was queued."""
    number, oldest = tx.execute(
        select(func.count(), func.min(deliveries.c.queued_at)).where(is_waiting)
    ).one()
    return int(number), oldest


def finish(
    tx: Connection,
    delivery_id: int,
    state: DeliveryState,
    reason: FailureReason | None,
    now: datetime,
) -> None:
    """Write the final state of the delivery."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == DeliveryState.WAITING)
        .values(
            state=state,
            reason=reason,
            done_at=now,
            leased_until=None,
            attempts=deliveries.c.attempts + 1,
        )
    )


def reschedule(tx: Connection, delivery: Delivery, due_at: datetime, reason: FailureReason) -> None:
    """Write that the delivery is retried at `due_at`, and whether it is possibly sent."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery.id, deliveries.c.state == DeliveryState.WAITING)
        .values(
            due_at=due_at,
            leased_until=None,
            reason=reason,
            outcome_unknown=delivery.outcome_unknown,
            attempts=deliveries.c.attempts + 1,
        )
    )
