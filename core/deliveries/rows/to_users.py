"""The SQL that queues a delivery to each of many users, in one statement."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Integer,
    String,
    bindparam,
    cast,
    insert,
    literal,
    select,
)

from core.deliveries.rows.deliveries import values_of
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.schema.deliveries import deliveries
from core.schema.users import users
from core.store.json_members import json_members

# A moment that stands for the one of the parameter.
_REPLACED = datetime.min.replace(tzinfo=UTC)


def add_to_users(
    tx: Connection, kind: DeliveryKind, events: Mapping[int, str], now: datetime
) -> None:
    """Queue a delivery about and to each user, due at once.

    `events` holds the event of each delivery by the user's id; none is empty. The rows are those
    that `add` writes of the same `NewDelivery`.
    """
    if events:
        tx.execute(_insert_of(kind), {"events": json.dumps(events), "now": now})


@cache
def _insert_of(kind: DeliveryKind) -> Insert:
    """Return the statement, which is built once because that takes longer than to run it."""
    members = json_members("events")
    event = cast(members.c.value, String)
    same_for_all = values_of(NewDelivery(kind, authority_id=0, user_id=0), _REPLACED)
    values: dict[str, ColumnElement[Any]] = {
        name: literal(value, deliveries.c[name].type) for name, value in same_for_all.items()
    }
    now = bindparam("now", type_=deliveries.c.due_at.type)
    # As `NewDelivery.key` builds it.
    user_id = cast(users.c.id, String)
    values |= {
        "key": literal(f"{kind}:") + user_id + ":" + event + ":" + user_id + ":1",
        "authority_id": users.c.authority_id,
        "user_id": users.c.id,
        "due_at": now,
        "queued_at": now,
        "recipient_id": users.c.id,
        "event": event,
    }
    selected = select(*values.values()).join_from(
        members, users, users.c.id == cast(members.c.key, Integer)
    )
    return insert(deliveries).from_select(list(values), selected)
