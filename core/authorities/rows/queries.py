"""The SQL that selects several authorities: those due for review, those managed, duplicates.

Due for review are authorities whose administrators are to confirm the data; managed are those of an
access manager; duplicates are those that resemble a new authority.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from core.authorities.rows.authorities import SELECT_AUTHORITY, authority_of
from core.authorities.rows.titles import title_column
from core.authorities.rules import Authority, NewAuthority, name_key_of
from core.schema.authorities import authorities, not_removed


def due_for_review(tx: Connection, before: datetime, limit: int) -> tuple[Authority, ...]:
    """Return authorities last confirmed and last asked before that time, the oldest first."""
    since = func.coalesce(authorities.c.confirmed_at, authorities.c.registered_at)
    unasked = or_(
        authorities.c.review_requested_at.is_(None), authorities.c.review_requested_at <= before
    )
    query = (
        SELECT_AUTHORITY.where(not_removed, since <= before, unasked).order_by(since).limit(limit)
    )
    return tuple(map(authority_of, tx.execute(query)))


def managed_titles(
    tx: Connection, manager_id: int, language: str, *, with_own: bool = False
) -> tuple[tuple[int, str, str], ...]:
    """Return id, informal title in the language and official name of the managed authorities.

    They are sorted by title; `with_own` adds the access manager itself.
    """
    title = title_column(language).label("title")
    columns = (authorities.c.id, title, authorities.c.official_name)
    theirs = authorities.c.manager_id == manager_id
    chosen = or_(theirs, authorities.c.id == manager_id) if with_own else theirs
    query = select(*columns).where(chosen, not_removed)
    found = tx.execute(query.order_by(title, authorities.c.id))
    return tuple((row.id, row.title, row.official_name) for row in found)


def managed_by(tx: Connection, manager_id: int) -> tuple[Authority, ...]:
    """Return the authorities that this access manager manages."""
    query = SELECT_AUTHORITY.where(authorities.c.manager_id == manager_id, not_removed)
    return tuple(map(authority_of, tx.execute(query)))


def first_managed_titles(
    tx: Connection, manager_id: int, language: str, most: int
) -> tuple[tuple[tuple[int, str], ...], int]:
    """Return id and title of the first managed authorities, and how many there are."""
    title = title_column(language).label("title")
    query = select(authorities.c.id, title, func.count().over().label("total"))
    query = query.where(authorities.c.manager_id == manager_id, not_removed)
    found = tx.execute(query.order_by(title, authorities.c.id).limit(most)).all()
    return tuple((row.id, row.title) for row in found), found[0].total if found else 0


def possible_duplicates(
    tx: Connection, new: NewAuthority, host: str, also: Collection[int]
) -> tuple[Row[Any], ...]:
    """Return the authorities with the same name, e-mail address or web host, and those in `also`.

    Each row has id, official_name, name_key, informal_title, email and web_site.
    """
    columns = ("id", "official_name", "name_key", "informal_title", "email", "web_site")
    conditions = [
        authorities.c.id.in_(also),
        authorities.c.name_key == name_key_of(new.official_name),
        func.lower(authorities.c.email) == new.email.lower(),
    ]
    if host:
        conditions.append(authorities.c.web_site.icontains(host, autoescape=True))
    query = select(*(authorities.c[name] for name in columns)).where(not_removed, or_(*conditions))
    return tuple(tx.execute(query).all())
