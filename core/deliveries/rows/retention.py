"""The SQL that deletes old outbox rows, rows about a user, and personal details in rows (D14)."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from core.deliveries.rules import PERSONAL_DETAILS, Delivery
from core.schema.deliveries import deliveries


def delete_done(tx: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` deliveries with an event, sent or failed before then; return how many.

    Deliveries without an event stay: users' cards show when username and password were sent.
    """
    old = (
        select(deliveries.c.id)
        .where(deliveries.c.event != "", deliveries.c.done_at < before)
        .order_by(deliveries.c.done_at)
        .limit(most)
    )
    ids = list(tx.scalars(old))
    tx.execute(delete(deliveries).where(deliveries.c.id.in_(ids)))
    return len(ids)


def delete_about(tx: Connection, user_id: int) -> None:
    """Delete every delivery about the user or to them."""
    concerned = (deliveries.c.user_id == user_id) | (deliveries.c.recipient_id == user_id)
    tx.execute(delete(deliveries).where(concerned))


def delete_personal_details(tx: Connection, delivery: Delivery) -> None:
    """Delete the personal details, which were needed only to send the message."""
    codes = {
        name: value for name, value in delivery.details.items() if name not in PERSONAL_DETAILS
    }
    if len(codes) < len(delivery.details):
        tx.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(details=codes))
