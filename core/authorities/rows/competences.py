"""The SQL of an authority's competences: its keywords, and the coordinators to which it links."""

from collections.abc import Collection
from operator import itemgetter

from sqlalchemy import ColumnElement, Connection, Delete, Table, delete, insert, select

from core.authorities.rows.titles import title_column
from core.languages.sorting import in_alphabet
from core.schema.authorities import (
    authorities,
    authority_coordinators,
    authority_keywords,
    authority_modules,
    not_removed,
)


def keywords_of(tx: Connection, authority_id: int) -> dict[str, frozenset[str]]:
    """Return the chosen keyword codes by module, the general ones under the empty module."""
    chosen: dict[str, set[str]] = {}
    for row in tx.execute(
        select(authority_keywords).where(authority_keywords.c.authority_id == authority_id)
    ):
        chosen.setdefault(row.module, set()).add(row.keyword)
    return {module: frozenset(codes) for module, codes in chosen.items()}


def coordinators_of(tx: Connection, authority_id: int) -> dict[str, frozenset[int]]:
    """Return the ids of the linked coordinators by module."""
    linked: dict[str, set[int]] = {}
    for row in tx.execute(
        select(authority_coordinators).where(authority_coordinators.c.authority_id == authority_id)
    ):
        linked.setdefault(row.module, set()).add(row.coordinator_id)
    return {module: frozenset(ids) for module, ids in linked.items()}


def coordinators_in(
    tx: Connection, module: str, except_id: int, language: str
) -> tuple[tuple[int, str], ...]:
    """Return id and title of the module's coordinators but one, by title (D17, D18, D25)."""
    title = title_column(language).label("title")
    found = tx.execute(
        select(authorities.c.id, title)
        .join(authority_modules, authority_modules.c.authority_id == authorities.c.id)
        .where(
            authority_modules.c.module == module,
            authority_modules.c.coordinator,
            not_removed,
            authorities.c.id != except_id,
        )
        .order_by(authorities.c.id)
    )
    named = [(row.id, row.title) for row in found]
    return tuple(in_alphabet(named, language, itemgetter(1)))


def write_keywords(
    tx: Connection, authority_id: int, module: str, add: Collection[str], drop: Collection[str]
) -> None:
    """Add keywords of the module, and drop others."""
    dropped = authority_keywords.c.keyword.in_(drop)
    _write(tx, authority_keywords, (authority_id, module), {"keyword": sorted(add)}, dropped)


def write_coordinators(
    tx: Connection, authority_id: int, module: str, add: Collection[int], drop: Collection[int]
) -> None:
    """Link coordinators in the module, and unlink others."""
    dropped = authority_coordinators.c.coordinator_id.in_(drop)
    _write(
        tx, authority_coordinators, (authority_id, module), {"coordinator_id": sorted(add)}, dropped
    )


def delete_module_choices(tx: Connection, authority_id: int, module: str) -> None:
    """Delete the authority's keywords and links in a module."""
    tx.execute(_in_module(authority_keywords, authority_id, module))
    tx.execute(_in_module(authority_coordinators, authority_id, module))


def links_to(
    tx: Connection, coordinator_id: int, modules: Collection[str], language: str
) -> tuple[tuple[int, str, str], ...]:
    """Return id and title of each authority linked to the coordinator, and the module."""
    title = title_column(language).label("title")
    linked = authority_coordinators.c.authority_id == authorities.c.id
    query = select(authorities.c.id, title, authority_coordinators.c.module).where(
        linked, *_to_coordinator(coordinator_id, modules)
    )
    found = tx.execute(query.order_by(authorities.c.id, authority_coordinators.c.module))
    return tuple((row.id, row.title, row.module) for row in found)


def delete_links_to(
    tx: Connection, coordinator_id: int, modules: Collection[str]
) -> tuple[tuple[int, str], ...]:
    """Delete the links to the coordinator in the modules; return id and module of each."""
    table = authority_coordinators
    statement = delete(table).where(*_to_coordinator(coordinator_id, modules))
    deleted = tx.execute(statement.returning(table.c.authority_id, table.c.module))
    return tuple(sorted((row.authority_id, row.module) for row in deleted))


def delete_all(tx: Connection, authority_id: int) -> None:
    """Delete the authority's keywords and its links."""
    for table in (authority_keywords, authority_coordinators):
        tx.execute(delete(table).where(table.c.authority_id == authority_id))


def _to_coordinator(
    coordinator_id: int, modules: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    table = authority_coordinators
    return table.c.coordinator_id == coordinator_id, table.c.module.in_(sorted(modules))


def _write(
    tx: Connection,
    table: Table,
    key: tuple[int, str],
    add: dict[str, list[str]] | dict[str, list[int]],
    dropped: ColumnElement[bool],
) -> None:
    authority_id, module = key
    tx.execute(_in_module(table, authority_id, module).where(dropped))
    common = {"authority_id": authority_id, "module": module}
    new = [{**common, column: value} for column, values in add.items() for value in values]
    if new:
        tx.execute(insert(table), new)


def _in_module(table: Table, authority_id: int, module: str) -> Delete:
    return delete(table).where(table.c.authority_id == authority_id, table.c.module == module)
