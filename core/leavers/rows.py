"""The SQL of leavers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from core.errors import MemberFault
from core.leavers.rules import Leaver
from core.schema.leavers import is_unanswered, leavers
from core.store.upsert import upsert_into


def save(tx: Connection, leaver: Leaver) -> None:
    """Write the leaver, in place of an earlier record."""
    values = {
        "authority_id": leaver.authority_id,
        "fault": leaver.fault,
        "noticed_at": leaver.noticed_at,
        "ask_at": leaver.ask_at,
        "round": leaver.round,
        "entry_id": leaver.entry_id,
    }
    inserting = upsert_into(tx, leavers).values(user_id=leaver.user_id, **values)
    tx.execute(inserting.on_conflict_do_update(index_elements=["user_id"], set_=values))


def delete_of(tx: Connection, user_id: int) -> None:
    """Delete the record of a user who is removed, or a full member again."""
    tx.execute(delete(leavers).where(leavers.c.user_id == user_id))


def find(tx: Connection, user_id: int) -> Leaver | None:
    """Return the user's record, or None."""
    row = tx.execute(select(leavers).where(leavers.c.user_id == user_id)).one_or_none()
    return None if row is None else _leaver(row)


def awaiting_answer(tx: Connection, authority_id: int) -> tuple[Leaver, ...]:
    """Return the authority's leavers whose question is unanswered, the oldest first."""
    found = tx.execute(
        select(leavers)
        .where(leavers.c.authority_id == authority_id, is_unanswered)
        .order_by(leavers.c.entry_id)
    )
    return tuple(map(_leaver, found))


def count_noticed(tx: Connection, authority_id: int, since: datetime) -> int:
    """Return how many of the authority's leavers were noticed after that moment."""
    condition = (leavers.c.authority_id == authority_id) & (leavers.c.noticed_at > since)
    return tx.scalar(select(func.count()).select_from(leavers).where(condition)) or 0


def due(tx: Connection, now: datetime, most: int) -> tuple[Leaver, ...]:
    """Return up to `most` leavers about whom administrators are to be asked by now."""
    found = tx.execute(
        select(leavers)
        .where(leavers.c.ask_at <= now)
        .order_by(leavers.c.ask_at, leavers.c.user_id)
        .limit(most)
    )
    return tuple(map(_leaver, found))


def _leaver(row: Row[Any]) -> Leaver:
    return Leaver(
        user_id=row.user_id,
        authority_id=row.authority_id,
        fault=MemberFault(row.fault),
        noticed_at=row.noticed_at,
        ask_at=row.ask_at,
        round=row.round,
        entry_id=row.entry_id,
    )
