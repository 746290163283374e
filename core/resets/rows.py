"""The SQL of requests for a password reset."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from core.resets.decidable import may_decide
from core.resets.rules import RequestSource, ResetRequest, ResetRequestState
from core.schema.resets import is_open, reset_requests
from core.store.locks import locking


def add(
    tx: Connection, user_id: int, authority_id: int, source: RequestSource, now: datetime
) -> ResetRequest:
    """Write an open request, and return it.

    Raises:
        sqlalchemy.exc.IntegrityError: the user has an open one.
    """
    made = tx.execute(
        insert(reset_requests)
        .values(
            user_id=user_id,
            authority_id=authority_id,
            source=source,
            state=ResetRequestState.OPEN,
            requested_at=now,
            reason="",
        )
        .returning(reset_requests)
    )
    return _request(made.one())


def find(tx: Connection, request_id: int) -> ResetRequest | None:
    """Return the request, or None."""
    row = tx.execute(select(reset_requests).where(reset_requests.c.id == request_id)).one_or_none()
    return None if row is None else _request(row)


def lock(tx: Connection, request_id: int) -> ResetRequest:
    """Lock the request, which exists, until the transaction ends, and return it."""
    query = locking(select(reset_requests).where(reset_requests.c.id == request_id))
    return _request(tx.execute(query).one())


def find_open_of_user(tx: Connection, user_id: int) -> ResetRequest | None:
    """Return the user's open request, or None."""
    row = tx.execute(
        select(reset_requests).where(reset_requests.c.user_id == user_id, is_open)
    ).one_or_none()
    return None if row is None else _request(row)


def decidable_requests(
    tx: Connection, approver_id: int, authority_id: int
) -> tuple[ResetRequest, ...]:
    """Return the open requests that an administrator of the authority may decide (D11).

    Those from Slack come first, of each kind the oldest first: people who are not signed in can
    make many of the others.
    """
    found = tx.execute(
        select(reset_requests)
        .where(may_decide)
        .order_by(reset_requests.c.source == RequestSource.PORTAL, reset_requests.c.id),
        {"approver": approver_id, "authority": authority_id},
    )
    return tuple(map(_request, found))


def last_declined(
    tx: Connection, user_id: int, sources: Collection[RequestSource], until: datetime
) -> datetime | None:
    """Return when a request of the user from one of the sources was last declined by then."""
    request = reset_requests.c
    declined_at: datetime | None = tx.scalar(
        select(request.decided_at)
        .where(request.user_id == user_id, request.state == ResetRequestState.DECLINED)
        .where(request.source.in_(list(sources)), request.decided_at <= until)
        .order_by(request.decided_at.desc())
        .limit(1)
    )
    return declined_at


def count_requested(
    tx: Connection, authority_id: int, source: RequestSource, since: datetime, until: datetime
) -> int:
    """Return how many requests the authority's users made from the source after `since`."""
    request = reset_requests.c
    found = tx.scalar(
        select(func.count())
        .select_from(reset_requests)
        .where(request.authority_id == authority_id, request.source == source)
        .where(request.requested_at > since, request.requested_at <= until)
    )
    return found or 0


def opened_before(tx: Connection, before: datetime, most: int) -> tuple[ResetRequest, ...]:
    """Return up to `most` open requests made by then, the oldest first."""
    found = tx.execute(
        select(reset_requests)
        .where(is_open, reset_requests.c.requested_at <= before)
        .order_by(reset_requests.c.id)
        .limit(most)
    )
    return tuple(map(_request, found))


def close(tx: Connection, closed: ResetRequest) -> None:
    """Write how and when the request was closed."""
    tx.execute(
        update(reset_requests)
        .where(reset_requests.c.id == closed.id)
        .values(
            state=closed.state,
            decided_at=closed.decided_at,
            decided_by=closed.decided_by,
            reason=closed.reason,
        )
    )


def erase_reasons(tx: Connection, user_id: int) -> None:
    """Erase what administrators wrote on the user's requests."""
    tx.execute(update(reset_requests).where(reset_requests.c.user_id == user_id).values(reason=""))


def _request(row: Row[Any]) -> ResetRequest:
    return ResetRequest(
        id=row.id,
        user_id=row.user_id,
        authority_id=row.authority_id,
        source=RequestSource(row.source),
        state=ResetRequestState(row.state),
        requested_at=row.requested_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
    )
