"""The SQL of the delivery worker: it claims, finishes, reschedules and counts outbox rows.

A claim is a lease, the right of one process to work on a row until a certain time.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update

from core.clock_skew import believed_until
from core.deliveries.rows.deliveries import delivery_of
from core.deliveries.rules import (
    LEASE_TIME,
    MAX_BACKOFF,
    Delivery,
    DeliveryState,
    FailureReason,
    Lane,
    Priority,
)
from core.schema.deliveries import deliveries, is_failed, is_waiting


def claim(
    tx: Connection, lane: Lane, now: datetime, most: int, in_hand: Collection[int] = ()
) -> tuple[Delivery, ...]:
    """Claim up to `most` due deliveries that no other worker has, with a lease from now on.

    The urgent ones come first, then those due the longest. Where a lease has run out, its worker
    died while sending, so the delivery is possibly sent. `in_hand` are the ids that the caller is
    sending: they are not claimed, even if their leases have run out because the clock was set.
    """
    claimed: list[Delivery] = []
    for priority in Priority:
        if len(claimed) < most:
            condition = _is_claimable(lane, priority, now, in_hand)
            claimed += _claim(tx, condition, most - len(claimed))
    if claimed:
        ids = [delivery.id for delivery in claimed]
        tx.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(ids))
            .values(
                leased_until=now + LEASE_TIME,
                outcome_unknown=case(
                    (deliveries.c.leased_until.is_not(None), True),
                    else_=deliveries.c.outcome_unknown,
                ),
            )
        )
    return tuple(claimed)


def _is_claimable(
    lane: Lane, priority: Priority, now: datetime, in_hand: Collection[int]
) -> ColumnElement[bool]:
    free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    due = and_(
        is_waiting,
        deliveries.c.lane == lane,
        deliveries.c.priority == int(priority),
        deliveries.c.due_at <= now,
        free,
    )
    return and_(due, deliveries.c.id.not_in(list(in_hand))) if in_hand else due


def _claim(tx: Connection, condition: ColumnElement[bool], most: int) -> list[Delivery]:
    found = tx.execute(
        select(deliveries)
        .where(condition)
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


def is_any_due(tx: Connection, lane: Lane, now: datetime, in_hand: Collection[int] = ()) -> bool:
    """Return whether any delivery is due that no worker has claimed, and that is not in hand."""
    return any(
        tx.scalar(
            select(deliveries.c.id).where(_is_claimable(lane, priority, now, in_hand)).limit(1)
        )
        for priority in Priority
    )


def is_any_far_ahead(tx: Connection, now: datetime) -> bool:
    """Return whether any delivery has a time that `pull_back` corrects."""
    return any(
        tx.execute(select(deliveries.c.id).where(wrong).limit(1)).first() is not None
        for wrong, _ in _corrections(now)
    )


def pull_back(tx: Connection, now: datetime) -> None:
    """Make deliveries due and release leases whose times lie further ahead than possible (B03).

    A clock that was ahead wrote those times, or the clock has been set back since. A time of
    queueing in the future becomes one that is surely before the first attempt.
    """
    for wrong, values in _corrections(now):
        tx.execute(update(deliveries).where(wrong).values(values))


def _corrections(now: datetime) -> tuple[tuple[ColumnElement[bool], dict[str, object]], ...]:
    latest, leased = believed_until(now, MAX_BACKOFF), believed_until(now, LEASE_TIME)
    due_at, queued_at = deliveries.c.due_at, deliveries.c.queued_at
    return (
        (is_waiting & (due_at > latest), {"due_at": now}),
        (is_waiting & (queued_at > believed_until(now)), {"queued_at": now - MAX_BACKOFF}),
        (
            is_waiting & (deliveries.c.leased_until > leased),
            {"leased_until": None, "outcome_unknown": True},
        ),
        (is_failed & (deliveries.c.done_at > believed_until(now)), {"done_at": now}),
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
