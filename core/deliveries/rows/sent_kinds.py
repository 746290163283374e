"""The SQL that counts what was sent after a certain delivery (outbox row), by kind."""

from collections import Counter

from sqlalchemy import Connection, func, select

from core.deliveries.rules import DeliveryKind, DeliveryState
from core.schema.deliveries import deliveries


def newest_id(tx: Connection) -> int:
    """Return the id of the newest delivery; 0 if there is none."""
    return int(tx.scalar(select(func.max(deliveries.c.id))) or 0)


def sent_after(tx: Connection, delivery_id: int) -> Counter[DeliveryKind]:
    """Return how many deliveries of each kind were queued after this one, and sent."""
    sent = deliveries.c.state == DeliveryState.SENT
    query = (
        select(deliveries.c.kind, func.count())
        .where(deliveries.c.id > delivery_id, sent)
        .group_by(deliveries.c.kind)
    )
    return Counter({DeliveryKind(kind): number for kind, number in tx.execute(query)})
