"""Keywords and linked coordinators in the database: all their SQL, and nothing but."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, Delete, Table, delete, insert, or_, select

from core.authorities.rows.titles import title_column
from core.schema.authorities import authorities, coordinators, here, keywords, modules


def keywords_of(tx: Connection, authority_id: int) -> dict[str, frozenset[str]]:
    """Return the chosen codes by module, the general ones under the empty module."""
    found: dict[str, set[str]] = {}
    for row in tx.execute(select(keywords).where(keywords.c.authority_id == authority_id)):
        found.setdefault(row.module, set()).add(row.keyword)
    return {module: frozenset(codes) for module, codes in found.items()}


def coordinators_of(tx: Connection, authority_id: int) -> dict[str, frozenset[int]]:
    """Return the ids of the linked coordinators by module."""
    found: dict[str, set[int]] = {}
    for row in tx.execute(select(coordinators).where(coordinators.c.authority_id == authority_id)):
        found.setdefault(row.module, set()).add(row.coordinator_id)
    return {module: frozenset(ids) for module, ids in found.items()}


def coordinators_in(
    tx: Connection, module: str, but: int, language: str
) -> tuple[tuple[int, str], ...]:
    """Return the authorities that coordinate the module but for one, by title (D17, D18)."""
    title = title_column(language).label("title")
    found = tx.execute(
        select(authorities.c.id, title)
        .join(modules, modules.c.authority_id == authorities.c.id)
        .where(modules.c.module == module, modules.c.coordinator, here, authorities.c.id != but)
        .order_by(title, authorities.c.id)
    )
    return tuple((row.id, row.title) for row in found)


def write_keywords(
    tx: Connection, authority_id: int, module: str, add: Collection[str], drop: Collection[str]
) -> None:
    """Choose these keywords in the module, and those no more."""
    _write(tx, keywords, (authority_id, module), {"keyword": sorted(add)}, _codes(drop))


def write_coordinators(
    tx: Connection, authority_id: int, module: str, add: Collection[int], drop: Collection[int]
) -> None:
    """Link these coordinators in the module, and those no more."""
    gone = coordinators.c.coordinator_id.in_(drop)
    _write(tx, coordinators, (authority_id, module), {"coordinator_id": sorted(add)}, gone)


def delete_module_choices(tx: Connection, authority_id: int, module: str) -> None:
    """Forget what the authority has chosen in a module, and who linked to it there."""
    tx.execute(_in_module(keywords, authority_id, module))
    tx.execute(_in_module(coordinators, authority_id, module))
    delete_links_to(tx, authority_id, module)


def delete_links_to(tx: Connection, authority_id: int, module: str) -> None:
    """Forget who linked to the authority as their coordinator in the module."""
    to_it = coordinators.c.coordinator_id == authority_id
    tx.execute(delete(coordinators).where(to_it, coordinators.c.module == module))


def delete_all(tx: Connection, authority_id: int) -> None:
    """Forget every link to and from the authority, and its keywords."""
    tx.execute(delete(keywords).where(keywords.c.authority_id == authority_id))
    own = coordinators.c.authority_id == authority_id
    tx.execute(delete(coordinators).where(or_(own, coordinators.c.coordinator_id == authority_id)))


def _codes(codes: Collection[str]) -> ColumnElement[bool]:
    return keywords.c.keyword.in_(codes)


def _write(
    tx: Connection,
    table: Table,
    where: tuple[int, str],
    add: dict[str, list[str]] | dict[str, list[int]],
    gone: ColumnElement[bool],
) -> None:
    authority_id, module = where
    tx.execute(_in_module(table, authority_id, module).where(gone))
    common = {"authority_id": authority_id, "module": module}
    new = [{**common, name: one} for name, ones in add.items() for one in ones]
    if new:
        tx.execute(insert(table), new)


def _in_module(table: Table, authority_id: int, module: str) -> Delete:
    return delete(table).where(table.c.authority_id == authority_id, table.c.module == module)
