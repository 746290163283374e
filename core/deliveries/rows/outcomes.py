"""The SQL that records the outcomes of many attempts to send, in one statement for each kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from core.deliveries.rules import (
    PERSONAL_DETAILS,
    Delivery,
    DeliveryDetails,
    DeliveryState,
    FailureReason,
    PostedMessage,
)
from core.schema.deliveries import deliveries
from core.store.prepared import Prepared

# Built once, because building a statement costs more than running it.
_OUTCOME = update(deliveries).where(
    deliveries.c.id == bindparam("of_id"), deliveries.c.state == DeliveryState.WAITING
)
_SENDING = _OUTCOME.values(
    state=DeliveryState.SENT,
    reason=None,
    done_at=bindparam("at"),
    leased_until=None,
    attempts=deliveries.c.attempts + 1,
)
_SENT = Prepared(_SENDING)
_POSTED = Prepared(
    _SENDING.values(
        posted_channel=bindparam("channel"), posted_ts=bindparam("ts"), posted_to=bindparam("to")
    )
)
_DETAILS = Prepared(
    update(deliveries)
    .where(deliveries.c.id == bindparam("of_id"))
    .values(details=bindparam("codes"))
)
_RETRIED = Prepared(
    _OUTCOME.values(
        due_at=bindparam("next_at"),
        leased_until=None,
        reason=bindparam("cause"),
        outcome_unknown=bindparam("unknown"),
        attempts=deliveries.c.attempts + 1,
    )
)


@dataclass(frozen=True, slots=True)
class SentDelivery:
    """A delivery that was sent at this moment, and the place of its message if that is new."""

    delivery: Delivery
    at: datetime
    posted: PostedMessage | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """A delivery that is retried at `due_at`; it says whether it is possibly sent."""

    delivery: Delivery
    due_at: datetime
    reason: FailureReason


def finish_sent(tx: Connection, sent: Sequence[SentDelivery]) -> None:
    """Write that the deliveries were sent and where their messages are; erase personal details."""
    unplaced = [_sent_values(each) for each in sent if each.posted is None]
    if unplaced:
        _SENT.run(tx, unplaced)
    placed = [
        {**_sent_values(each), "channel": at.channel, "ts": at.ts, "to": at.to}
        for each in sent
        if (at := each.posted) is not None
    ]
    if placed:
        _POSTED.run(tx, placed)
    _delete_personal_details(tx, (each.delivery for each in sent))


def reschedule(tx: Connection, retries: Sequence[Retry]) -> None:
    """Write that the deliveries are retried, and whether they are possibly sent."""
    values = [
        {
            "of_id": retry.delivery.id,
            "next_at": retry.due_at,
            "cause": retry.reason,
            "unknown": retry.delivery.outcome_unknown,
        }
        for retry in retries
    ]
    if values:
        _RETRIED.run(tx, values)


def _sent_values(sent: SentDelivery) -> dict[str, object]:
    return {"of_id": sent.delivery.id, "at": sent.at}


def _delete_personal_details(tx: Connection, sent: Iterable[Delivery]) -> None:
    """Delete the personal details, which were needed only to send the messages."""
    values = [
        {"of_id": one.id, "codes": _without_personal(one.details)}
        for one in sent
        if PERSONAL_DETAILS & one.details.keys()
    ]
    if values:
        _DETAILS.run(tx, values)


def _without_personal(details: DeliveryDetails) -> DeliveryDetails:
    return {name: value for name, value in details.items() if name not in PERSONAL_DETAILS}
