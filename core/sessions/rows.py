"""The SQL of sessions of the portal website, each stored under the digest of its token."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from core.schema.sessions import sessions
from core.sessions.rules import Session
from core.store.prepared import Prepared

# Built once, because building a statement costs more than running it.
_END_OF_USER = Prepared(delete(sessions).where(sessions.c.user_id == bindparam("of_user")))


def add(tx: Connection, session: Session) -> None:
    """Write the session."""
    tx.execute(
        insert(sessions).values(
            token_digest=session.token_digest,
            user_id=session.user_id,
            opened_at=session.opened_at,
            seen_at=session.seen_at,
        )
    )


def find(tx: Connection, token_digest: str) -> Session | None:
    """Return the session, or None."""
    row = tx.execute(select(sessions).where(sessions.c.token_digest == token_digest)).one_or_none()
    return None if row is None else _session(row)


def touch(tx: Connection, token_digest: str, now: datetime) -> None:
    """Write that the session was used."""
    tx.execute(update(sessions).where(sessions.c.token_digest == token_digest).values(seen_at=now))


def end(tx: Connection, token_digest: str) -> None:
    """End the session."""
    tx.execute(delete(sessions).where(sessions.c.token_digest == token_digest))


def end_of_user(tx: Connection, user_id: int) -> None:
    """End every session of the user."""
    _END_OF_USER.run(tx, {"of_user": user_id})


def end_others(tx: Connection, user_id: int, kept_digest: str) -> None:
    """End every session of the user but one."""
    tx.execute(
        delete(sessions).where(
            sessions.c.user_id == user_id, sessions.c.token_digest != kept_digest
        )
    )


def sessions_of(tx: Connection, user_id: int) -> tuple[Session, ...]:
    """Return the user's sessions, the newest first."""
    found = tx.execute(
        select(sessions)
        .where(sessions.c.user_id == user_id)
        .order_by(sessions.c.opened_at.desc(), sessions.c.token_digest)
    )
    return tuple(map(_session, found))


def end_opened_before(tx: Connection, opened_before: datetime) -> None:
    """End the sessions that were opened before then."""
    tx.execute(delete(sessions).where(sessions.c.opened_at < opened_before))


def end_everyones(tx: Connection) -> None:
    """End the sessions of all users."""
    tx.execute(delete(sessions))


def _session(row: Row[Any]) -> Session:
    return Session(row.token_digest, row.user_id, row.opened_at, row.seen_at)
