"""The SQL that queues a delivery for each row of a query, in one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Subquery,
    cast,
    insert,
    literal,
    select,
)

from core.deliveries.rows.deliveries import values_of
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.schema.deliveries import deliveries


def add_to_selected(
    tx: Connection, kind: DeliveryKind, selected: Select[Any], now: datetime
) -> None:
    """Queue a delivery about and to each user whom the query selects, due at once.

    The query has the columns `user_id`, `authority_id` and `event`, which is not empty. The rows
    are those that `add` writes of the same `NewDelivery`.
    """
    found = selected.subquery()
    same_for_all = values_of(NewDelivery(kind, authority_id=0, user_id=0), now)
    values: dict[str, ColumnElement[Any]] = {
        name: literal(value, deliveries.c[name].type) for name, value in same_for_all.items()
    }
    values |= {
        "key": _key(kind, found),
        "authority_id": found.c.authority_id,
        "user_id": found.c.user_id,
        "recipient_id": found.c.user_id,
        "event": found.c.event,
    }
    tx.execute(insert(deliveries).from_select(list(values), select(*values.values())))


def _key(kind: DeliveryKind, found: Subquery) -> ColumnElement[str]:
    """Return the SQL of `NewDelivery.key`."""
    user_id = cast(found.c.user_id, String)
    return literal(f"{kind}:") + user_id + ":" + found.c.event + ":" + user_id + ":1"
