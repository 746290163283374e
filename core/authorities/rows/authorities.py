"""The SQL that finds, locks and writes authorities, and their modules."""

from collections.abc import Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update

from core.authorities.details import AuthorityDetails
from core.authorities.rules import Authority, NewAuthority, name_key_of
from core.errors import NotFoundError
from core.schema.authorities import authorities, authority_modules
from core.store.id_lists import is_one_of_parameter, list_of
from core.store.json_arrays import JsonArray
from core.store.locks import lock_rows, locking_in_turn
from core.store.prepared import Prepared

# Built once, because building a statement costs more than running it.
_MODULES = (
    select(JsonArray(authority_modules.c.module))
    .where(authority_modules.c.authority_id == authorities.c.id)
    .correlate(authorities)
    .scalar_subquery()
    .label("modules")
)
SELECT_AUTHORITY = select(authorities, _MODULES)
_BY_ID = Prepared(SELECT_AUTHORITY.where(authorities.c.id == bindparam("authority_id")))
_FIND_ID = select(authorities.c.id).where(authorities.c.id == bindparam("authority_id"))
_LOCK = locking_in_turn(authorities.c.id, _FIND_ID)
_LOCK_SHARED = locking_in_turn(authorities.c.id, _FIND_ID, shared=True)
_FIND_IDS = select(authorities.c.id).where(is_one_of_parameter(authorities.c.id, "ids"))
_LOCK_ALL = locking_in_turn(authorities.c.id, _FIND_IDS.order_by(authorities.c.id))
_LOCK_ALL_SHARED = locking_in_turn(
    authorities.c.id, _FIND_IDS.order_by(authorities.c.id), shared=True
)


def add(tx: Connection, new: NewAuthority, name_key: str, now: datetime) -> int:
    """Insert the authority and its modules; return its id."""
    inserted = tx.execute(
        insert(authorities)
        .values(
            official_name=new.official_name,
            name_key=name_key,
            informal_title=new.informal_title,
            email=new.email,
            country=new.country,
            access_manager=new.access_manager,
            team_channel=new.team_channel,
            registered_at=now,
            confirmed_at=now,
            text_language=new.text_language,
            languages=list(new.languages),
            manager_id=new.manager_id,
            web_site=new.web_site or None,
        )
        .returning(authorities.c.id)
    )
    authority_id: int = inserted.scalar_one()
    for module in new.modules:
        tx.execute(
            insert(authority_modules).values(
                authority_id=authority_id, module=module, granted_at=now
            )
        )
    return authority_id


def find(tx: Connection, authority_id: int) -> Authority | None:
    """Return the authority, or None."""
    row = _BY_ID.row(tx, {"authority_id": authority_id})
    return None if row is None else authority_of(row)


def lock(tx: Connection, authority_id: int, *, shared: bool = False) -> Authority | None:
    """Lock the authority as `lock_row` does, and return the authority, or None."""
    lock_row(tx, authority_id, shared=shared)
    return find(tx, authority_id)


def require_locked(tx: Connection, authority_id: int) -> Authority:
    """Lock the authority's row as `lock_row` does, and return the authority.

    Raises:
        NotFoundError: there is none with this id.
    """
    authority = lock(tx, authority_id)
    if authority is None:
        raise NotFoundError("No such authority.")
    return authority


def lock_row(tx: Connection, authority_id: int, *, shared: bool = False) -> None:
    """Lock the authority until the end of the transaction.

    Every change of who holds which role takes this lock, so that the minimum of role holders
    cannot be undercut by two changes at once (D12). A registration only adds holders. Its lock is
    `shared`, so that it waits for such a change that came first and not for another registration.
    """
    lock_rows(tx, _LOCK_SHARED if shared else _LOCK, {"authority_id": authority_id})


def lock_all(tx: Connection, authority_ids: Iterable[int], *, shared: bool = False) -> None:
    """Lock those of the authorities who exist, as `lock_row` does.

    They are locked in the order of their ids, so that two transactions do not deadlock.
    """
    lock_rows(tx, _LOCK_ALL_SHARED if shared else _LOCK_ALL, {"ids": list_of(authority_ids)})


def find_by_name(tx: Connection, name_key: str) -> Authority | None:
    """Return the authority with this official name, or None."""
    row = tx.execute(SELECT_AUTHORITY.where(authorities.c.name_key == name_key)).one_or_none()
    return None if row is None else authority_of(row)


def require(tx: Connection, authority_id: int) -> Authority:
    """Return the authority.

    Raises:
        NotFoundError: there is no authority with this id.
    """
    authority = find(tx, authority_id)
    if authority is None:
        raise NotFoundError("No such authority.")
    return authority


def managers_of(tx: Connection, authority_ids: Iterable[int]) -> dict[int, int | None]:
    """Return the id of each authority's access manager, or None, by the authority's id."""
    query = select(authorities.c.id, authorities.c.manager_id)
    found = tx.execute(query.where(authorities.c.id.in_(list(authority_ids))))
    return {row.id: row.manager_id for row in found}


def write_details(
    tx: Connection, authority_id: int, details: AuthorityDetails, now: datetime
) -> None:
    """Update the data and mark it as confirmed now (R2)."""
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
    """Mark the data as confirmed now (R2)."""
    _set(tx, authority_id, confirmed_at=now)


def mark_review_requested(tx: Connection, authority_id: int, now: datetime) -> None:
    """Mark that the administrators were asked now to review the data."""
    _set(tx, authority_id, review_requested_at=now)


def remove(tx: Connection, authority_id: int, by_user_id: int, now: datetime) -> None:
    """Mark the authority as removed; its official name can be used again."""
    key = f"{authority_id}:removed"
    _set(tx, authority_id, removed_at=now, removed_by=by_user_id, name_key=key, manager_id=None)


def write_manager(tx: Connection, authority_id: int, manager_id: int | None) -> None:
    """Write which authority manages this one's access, or that none does (D15)."""
    _set(tx, authority_id, manager_id=manager_id)


def grant_module(tx: Connection, authority_id: int, module: str, now: datetime) -> None:
    """Give the authority access to a module (R19)."""
    tx.execute(
        insert(authority_modules).values(authority_id=authority_id, module=module, granted_at=now)
    )


def withdraw_module(tx: Connection, authority_id: int, module: str) -> None:
    """Take away the authority's access to a module (R19)."""
    tx.execute(delete(authority_modules).where(*_in_module(authority_id, module)))


def set_coordinator(tx: Connection, authority_id: int, module: str, *, flag: bool) -> None:
    """Set whether others can link to the authority as their coordinator in the module (D18)."""
    tx.execute(
        update(authority_modules).where(*_in_module(authority_id, module)).values(coordinator=flag)
    )


def coordinated_modules(tx: Connection, authority_id: int) -> frozenset[str]:
    """Return the codes of the modules in which the authority is a coordinator (D18)."""
    of_authority = authority_modules.c.authority_id == authority_id
    query = select(authority_modules.c.module).where(of_authority, authority_modules.c.coordinator)
    return frozenset(tx.scalars(query))


def _set(tx: Connection, authority_id: int, **values: object) -> None:
    tx.execute(update(authorities).where(authorities.c.id == authority_id).values(**values))


def _in_module(authority_id: int, module: str) -> tuple[ColumnElement[bool], ...]:
    return authority_modules.c.authority_id == authority_id, authority_modules.c.module == module


def authority_of(row: Row[Any] | SimpleNamespace) -> Authority:
    """Return the authority in a row, or part of a row, with the columns of `SELECT_AUTHORITY`."""
    return Authority(
        id=row.id,
        official_name=row.official_name,
        informal_title=row.informal_title,
        email=row.email,
        country=row.country,
        access_manager=row.access_manager,
        team_channel=row.team_channel,
        registered_at=row.registered_at,
        modules=tuple(sorted(row.modules or ())),
        manager_id=row.manager_id,
        description=row.description,
        text_language=row.text_language,
        phone=row.phone,
        address=row.address,
        place=row.place,
        web_site=row.web_site,
        languages=tuple(row.languages),
        confirmed_at=row.confirmed_at,
        review_requested_at=row.review_requested_at,
        removed_at=row.removed_at,
    )
