"""The SQL of the delivery worker: it claims, releases, fails and counts outbox rows.

A claim is a lease.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
    update,
)

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
from core.store.id_lists import is_one_of_parameter, list_of
from core.store.locks import locking
from core.store.prepared import Prepared


def claim(
    tx: Connection, free_slots: Mapping[Lane, int], now: datetime, sending: Collection[int] = ()
) -> dict[Lane, tuple[Delivery, ...]]:
    """Claim due deliveries that no other worker has, with a lease from now on, in one statement.

    `free_slots` are the lanes to claim from, each with the largest number of deliveries. In each
    lane the urgent ones come first, then those due the longest. Where a lease has expired, its
    worker died while sending, so the delivery is possibly sent. `sending` are the ids that the
    caller is sending: they are not claimed, even if their leases have expired because the clock was
    set.
    """
    values: dict[str, object] = {f"most_{lane}": most for lane, most in free_slots.items()}
    values |= {"now": now, "until": now + LEASE_TIME, "sending": list_of(sending)}
    found = sorted(
        _claim_from(tuple(free_slots)).rows(tx, values),
        key=lambda row: (row.priority, row.due_at, row.id),
    )
    return {
        lane: tuple(delivery_of(row) for row in found if row.lane == lane) for lane in free_slots
    }


@cache
def _claim_from(lanes: tuple[Lane, ...]) -> Prepared:
    """Return the statement, built once for each set of lanes.

    The rows are chosen in expressions with a name (CTE), which PostgreSQL evaluates only once.
    """
    chosen = union_all(*(_first_of(lane) for lane in lanes)).subquery("chosen")
    was_leased = deliveries.c.leased_until.is_not(None)
    return Prepared(
        update(deliveries)
        .where(deliveries.c.id.in_(select(chosen.c.id)))
        .values(
            leased_until=bindparam("until"),
            outcome_unknown=case((was_leased, True), else_=deliveries.c.outcome_unknown),
        )
        .returning(deliveries)
    )


def _first_of(lane: Lane) -> Select[Any]:
    """Return the ids of the lane's first due deliveries, at most the parameter `most_LANE`."""
    most: BindParameter[int] = bindparam(f"most_{lane}", type_=Integer)
    of_each_priority = [
        locking(
            select(deliveries.c.id, deliveries.c.priority, deliveries.c.due_at)
            .where(_is_free(lane, priority), deliveries.c.due_at <= bindparam("now"))
            .order_by(deliveries.c.due_at, deliveries.c.id)
            .limit(most),
            skip_locked=True,
        ).cte(f"{lane}_{priority.name.lower()}")
        for priority in Priority
    ]
    due = union_all(*map(select, of_each_priority)).subquery(f"due_{lane}")
    first = select(due.c.id).order_by(due.c.priority, due.c.due_at, due.c.id).limit(most)
    return select(first.subquery(f"first_{lane}"))


def next_due(tx: Connection, now: datetime, sending: Collection[int] = ()) -> dict[Lane, datetime]:
    """Return when the first delivery of each lane that can be claimed is due, in one statement.

    Deliveries that a worker has claimed, and those in `sending`, are left out; a lane without any
    other has no moment.
    """
    found = _NEXT_DUE.only_row(tx, {"now": now, "sending": list_of(sending)})
    moments = {
        lane: [getattr(found, _due_name(lane, priority)) for priority in Priority] for lane in Lane
    }
    return {lane: min(filter(None, each)) for lane, each in moments.items() if any(each)}


def _is_free(lane: Lane, priority: Priority) -> ColumnElement[bool]:
    """Return the condition that no worker has the delivery, at the parameter `now`."""
    leased_until = deliveries.c.leased_until
    return and_(
        is_waiting,
        deliveries.c.lane == literal_column(f"'{lane}'"),
        deliveries.c.priority == literal_column(str(int(priority))),
        or_(leased_until.is_(None), leased_until <= bindparam("now")),
        not_(is_one_of_parameter(deliveries.c.id, "sending")),
    )


def _due_name(lane: Lane, priority: Priority) -> str:
    return f"{lane}_{priority.name.lower()}"


# Six look-ups in the index of waiting deliveries, built once.
_NEXT_DUE = Prepared(
    select(
        *(
            select(deliveries.c.due_at)
            .where(_is_free(lane, priority))
            .order_by(deliveries.c.due_at, deliveries.c.id)
            .limit(1)
            .scalar_subquery()
            .label(_due_name(lane, priority))
            for lane in Lane
            for priority in Priority
        )
    )
)


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


def fail(tx: Connection, delivery_id: int, reason: FailureReason, now: datetime) -> None:
    """Write that the delivery failed, and why."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == DeliveryState.WAITING)
        .values(
            state=DeliveryState.FAILED,
            reason=reason,
            done_at=now,
            leased_until=None,
            attempts=deliveries.c.attempts + 1,
        )
    )
