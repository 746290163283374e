"""The SQL that queues the e-mail beside the DM of a reminder on the last two days (R70, D6)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    String,
    bindparam,
    cast,
    insert,
    literal,
    or_,
    select,
)

from core.deliveries.rules import DeliveryKind, Lane
from core.reminders.rules import MAILED_THRESHOLDS
from core.schema.deliveries import deliveries, is_waiting
from core.schema.users import users
from core.store.id_lists import is_one_of_parameter, list_of


def add_to_reminders(tx: Connection, user_ids: Collection[int], now: datetime) -> None:
    """Queue an e-mail beside each reminder of the last two days that was queued at `now`.

    Only linked users get it: the reminder of any other user goes out by e-mail itself. The rows
    are those that `add` writes of the reminder's `NewDelivery` with `mail_copy`.
    """
    if user_ids:
        tx.execute(_INSERT, {"user_ids": list_of(user_ids), "now": now})


def _copied_columns() -> dict[str, ColumnElement[Any]]:
    """Return the values of a copy's row by column: those of the reminder, with two of its own."""
    columns: dict[str, ColumnElement[Any]] = {
        column.name: column for column in deliveries.c if column.name != "id"
    }
    user_id = cast(deliveries.c.user_id, String)
    # As `NewDelivery.key` builds it.
    key = literal(f"{DeliveryKind.REMINDER}:") + user_id + ":" + deliveries.c.event
    columns["key"] = key + ":" + user_id + ":mail:1"
    columns["lane"] = literal(Lane.MAIL, deliveries.c.lane.type)
    return columns


def _insert() -> Insert:
    """Return the statement of `add_to_reminders`."""
    copied = _copied_columns()
    queued_before = deliveries.alias("queued_before")
    of_last_days = or_(
        *(deliveries.c.event.endswith(f":{int(threshold)}") for threshold in MAILED_THRESHOLDS)
    )
    now = bindparam("now", type_=deliveries.c.queued_at.type)
    found = (
        select(*copied.values())
        .join_from(deliveries, users, users.c.id == deliveries.c.user_id)
        .where(is_one_of_parameter(deliveries.c.user_id, "user_ids"), is_waiting)
        .where(deliveries.c.kind == DeliveryKind.REMINDER, deliveries.c.queued_at == now)
        .where(of_last_days, users.c.member_id.is_not(None))
        .where(~select(queued_before.c.id).where(queued_before.c.key == copied["key"]).exists())
    )
    return insert(deliveries).from_select(list(copied), found)


# Built once, because building a statement costs more than running it.
_INSERT = _insert()
