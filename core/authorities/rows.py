"""Authorities in the database: all their SQL, and nothing but."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    insert,
    select,
)

from core.authorities.rules import Authority, NewAuthority
from core.authorities.tables import authorities as authorities
from core.authorities.tables import here as here
from core.authorities.tables import modules as modules

# Built once: building a statement costs more than running it.
_BY_ID = select(authorities).where(authorities.c.id == bindparam("sought"))
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
    tx.execute(select(authorities.c.id).where(authorities.c.id == authority_id).with_for_update())
    return find(tx, authority_id)


def find_by_name(tx: Connection, name_key: str) -> Authority | None:
    """Return the authority of this official name, or None."""
    row = tx.execute(select(authorities).where(authorities.c.name_key == name_key)).one_or_none()
    return None if row is None else _authority(row, modules_of(tx, row.id))


def modules_of(tx: Connection, authority_id: int) -> tuple[str, ...]:
    """Return the codes of the modules that the authority has."""
    return tuple(tx.scalars(_MODULES, {"sought": authority_id}))


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
