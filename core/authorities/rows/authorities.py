"""Authorities in the database: all their SQL, and nothing but."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from core.authorities.details import AuthorityDetails
from core.authorities.rows.titles import title_column
from core.authorities.rules import Authority, NewAuthority, name_key_of
from core.errors import NotFoundError
from core.schema.authorities import authorities as authorities
from core.schema.authorities import here as here
from core.schema.authorities import modules as modules

# Built once: building a statement costs more than running it.
_BY_ID = select(authorities).where(authorities.c.id == bindparam("sought"))
_HOLD = select(authorities.c.id).where(authorities.c.id == bindparam("sought")).with_for_update()
_MODULES = (
    select(modules.c.module)
    .where(modules.c.authority_id == bindparam("sought"))
    .order_by(modules.c.module)
)


def add(tx: Connection, wish: NewAuthority, name_key: str, now: datetime) -> int:
    """Write the authority and its modules; return its id."""
    made = tx.execute(
        insert(authorities)
        .values(
            official_name=wish.official_name,
            name_key=name_key,
            informal_title=wish.informal_title,
            email=wish.email,
            country=wish.country,
            access_manager=wish.access_manager,
            team_channel=wish.team_channel,
            registered_at=now,
            confirmed_at=now,
            text_language=wish.text_language,
            manager_id=wish.manager_id,
        )
        .returning(authorities.c.id)
    )
    authority_id: int = made.scalar_one()
    for module in wish.modules:
        tx.execute(insert(modules).values(authority_id=authority_id, module=module, granted_at=now))
    return authority_id


def find(tx: Connection, authority_id: int) -> Authority | None:
    """Return the authority, or None."""
    row = tx.execute(_BY_ID, {"sought": authority_id}).one_or_none()
    return None if row is None else _authority(row, modules_of(tx, authority_id))


def lock(tx: Connection, authority_id: int) -> Authority | None:
    """Return the authority, and keep others from changing who holds what in it meanwhile (D12)."""
    lock_row(tx, authority_id)
    return find(tx, authority_id)


def lock_row(tx: Connection, authority_id: int) -> None:
    """Keep others from changing the authority, and who holds what in it, until the end."""
    tx.execute(_HOLD, {"sought": authority_id})


def find_by_name(tx: Connection, name_key: str) -> Authority | None:
    """Return the authority of this official name, or None."""
    row = tx.execute(select(authorities).where(authorities.c.name_key == name_key)).one_or_none()
    return None if row is None else _authority(row, modules_of(tx, row.id))


def require(tx: Connection, authority_id: int) -> Authority:
    """Return the authority.

    Raises:
        NotFoundError: there is none with this id.
    """
    authority = find(tx, authority_id)
    if authority is None:
        raise NotFoundError("No such authority.")
    return authority


def write_details(
    tx: Connection, authority_id: int, details: AuthorityDetails, now: datetime
) -> None:
    """Write the data, which is known to be right from now on (R2)."""
    _set(
        tx,
        authority_id,
        official_name=details.official_name,
        name_key=name_key_of(details.official_name),
        informal_title=details.informal_title,
        description=details.description,
        text_language=details.text_language,
        email=details.email,
        phone=details.phone or None,
        address=details.address,
        place=details.place,
        web_site=details.web_site or None,
        country=details.country,
        languages=details.languages.split(),
        team_channel=details.team_channel or None,
        confirmed_at=now,
    )


def mark_confirmed(tx: Connection, authority_id: int, now: datetime) -> None:
    """Write that the data is known to be right (R2)."""
    _set(tx, authority_id, confirmed_at=now)


def mark_review_requested(tx: Connection, authority_id: int, now: datetime) -> None:
    """Write that the administrators were asked whether the data is right."""
    _set(tx, authority_id, asked_at=now)


def due_for_review(tx: Connection, before: datetime, most: int) -> tuple[Authority, ...]:
    """Return authorities confirmed, and last asked, before then; the longest ago first."""
    since = func.coalesce(authorities.c.confirmed_at, authorities.c.registered_at)
    unasked = or_(authorities.c.asked_at.is_(None), authorities.c.asked_at <= before)
    query = select(authorities).where(here, since <= before, unasked).order_by(since).limit(most)
    return tuple(_authority(row, modules_of(tx, row.id)) for row in tx.execute(query).all())


def remove(tx: Connection, authority_id: int, by_user_id: int, now: datetime) -> None:
    """Take the authority out of every list; its name is free for another one."""
    freed = f"{authority_id}:removed"
    _set(tx, authority_id, removed_at=now, removed_by=by_user_id, name_key=freed, manager_id=None)


def grant_module(tx: Connection, authority_id: int, module: str, now: datetime) -> None:
    """Give the authority access to a module (R19)."""
    tx.execute(insert(modules).values(authority_id=authority_id, module=module, granted_at=now))


def withdraw_module(tx: Connection, authority_id: int, module: str) -> None:
    """Take the access away."""
    tx.execute(delete(modules).where(*_in_module(authority_id, module)))


def set_coordinator(tx: Connection, authority_id: int, module: str, *, flag: bool) -> None:
    """Let others link to the authority as their coordinator in the module, or no more (D18)."""
    tx.execute(update(modules).where(*_in_module(authority_id, module)).values(coordinator=flag))


def coordinated_modules(tx: Connection, authority_id: int) -> frozenset[str]:
    """Return the modules in which the authority is a coordinator (D18)."""
    mine = modules.c.authority_id == authority_id
    return frozenset(tx.scalars(select(modules.c.module).where(mine, modules.c.coordinator)))


def managed_titles(
    tx: Connection, manager_id: int, language: str
) -> tuple[tuple[int, str, str], ...]:
    """Return id, informal title in the language and official name of each, by their titles."""
    title = title_column(language).label("title")
    columns = (authorities.c.id, title, authorities.c.official_name)
    mine = select(*columns).where(authorities.c.manager_id == manager_id, here)
    found = tx.execute(mine.order_by(title, authorities.c.id))
    return tuple((row.id, row.title, row.official_name) for row in found)


def possible_duplicates(
    tx: Connection, wish: NewAuthority, host: str, also: Collection[int]
) -> tuple[Row[Any], ...]:
    """Return what tells authorities apart, of those with this name, address or host, and of `also`.

    Each row has id, official_name, name_key, informal_title, email and web_site.
    """
    columns = ("id", "official_name", "name_key", "informal_title", "email", "web_site")
    same = [
        authorities.c.id.in_(also),
        authorities.c.name_key == name_key_of(wish.official_name),
        func.lower(authorities.c.email) == wish.email.lower(),
    ]
    if host:
        same.append(authorities.c.web_site.icontains(host, autoescape=True))
    query = select(*(authorities.c[name] for name in columns)).where(here, or_(*same))
    return tuple(tx.execute(query).all())


def modules_of(tx: Connection, authority_id: int) -> tuple[str, ...]:
    """Return the codes of the modules that the authority has."""
    return tuple(tx.scalars(_MODULES, {"sought": authority_id}))


def _set(tx: Connection, authority_id: int, **values: object) -> None:
    tx.execute(update(authorities).where(authorities.c.id == authority_id).values(**values))


def _in_module(authority_id: int, module: str) -> tuple[ColumnElement[bool], ...]:
    return modules.c.authority_id == authority_id, modules.c.module == module


def _authority(row: Row[Any], codes: tuple[str, ...]) -> Authority:
    return Authority(
        id=row.id,
        official_name=row.official_name,
        informal_title=row.informal_title,
        email=row.email,
        country=row.country,
        access_manager=row.access_manager,
        team_channel=row.team_channel,
        registered_at=row.registered_at,
        modules=codes,
        manager_id=row.manager_id,
        description=row.description,
        text_language=row.text_language,
        phone=row.phone,
        address=row.address,
        place=row.place,
        web_site=row.web_site,
        languages=tuple(row.languages),
        confirmed_at=row.confirmed_at,
        asked_at=row.asked_at,
        removed_at=row.removed_at,
    )
