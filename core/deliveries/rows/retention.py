"""The SQL that deletes old outbox rows, and rows about a user (D14)."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

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
