"""The SQL of translations of authorities' informal titles, and of the tasks to translate them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from core.authorities.titles import TitleTask
from core.schema.authorities import authorities, authority_translations, not_removed, title_tasks
from core.store.locks import locking

_is_open = title_tasks.c.closed_at.is_(None)
# Those of removed authorities wait for nobody (D14).
_waiting = _is_open & title_tasks.c.authority_id.in_(select(authorities.c.id).where(not_removed))


def title_column(language: str) -> ColumnElement[str]:
    """Return a column with the informal title in the language, or else the original (D17)."""
    of_authority = authority_translations.c.authority_id == authorities.c.id
    translated = select(authority_translations.c.informal_title).where(
        of_authority, authority_translations.c.language == language
    )
    return func.coalesce(translated.scalar_subquery(), authorities.c.informal_title)


def translations_of(tx: Connection, authority_id: int) -> dict[str, str]:
    """Return the translations of the informal title by language tag."""
    found = tx.execute(
        select(authority_translations).where(authority_translations.c.authority_id == authority_id)
    )
    return {row.language: row.informal_title for row in found}


def write_translations(tx: Connection, authority_id: int, titles: Mapping[str, str]) -> None:
    """Replace the translations in the languages of `titles`; an empty title has none."""
    if not titles:
        return
    delete_translations(tx, authority_id, *titles)
    new = [
        {"authority_id": authority_id, "language": tag, "informal_title": title, "description": ""}
        for tag, title in titles.items()
        if title
    ]
    if new:
        tx.execute(insert(authority_translations), new)


def delete_translations(tx: Connection, authority_id: int, *languages: str) -> None:
    """Delete the translations in these languages; all of them if no language is given."""
    statement = delete(authority_translations).where(
        authority_translations.c.authority_id == authority_id
    )
    if languages:
        statement = statement.where(authority_translations.c.language.in_(languages))
    tx.execute(statement)


def add_task(tx: Connection, task: TitleTask) -> int:
    """Insert a task; return its number."""
    inserted = tx.execute(
        insert(title_tasks)
        .values(
            authority_id=task.authority_id,
            old_title=task.old_title,
            new_title=task.new_title,
            opened_by=task.opened_by,
            opened_at=task.opened_at,
        )
        .returning(title_tasks.c.id)
    )
    number: int = inserted.scalar_one()
    return number


def find_task(tx: Connection, task_id: int) -> TitleTask | None:
    """Return the task with its row locked, or None."""
    query = locking(select(title_tasks).where(title_tasks.c.id == task_id))
    row = tx.execute(query).one_or_none()
    return None if row is None else _task(row)


def authority_of_task(tx: Connection, task_id: int) -> int | None:
    """Return the id of the task's authority, without a lock, or None if there is no such task."""
    query = select(title_tasks.c.authority_id).where(title_tasks.c.id == task_id)
    authority_id: int | None = tx.scalar(query)
    return authority_id


def open_task_of(tx: Connection, authority_id: int) -> TitleTask | None:
    """Return the authority's open task, or None."""
    query = select(title_tasks).where(title_tasks.c.authority_id == authority_id, _is_open)
    row = tx.execute(query).one_or_none()
    return None if row is None else _task(row)


def open_tasks(tx: Connection, limit: int) -> tuple[tuple[TitleTask, ...], int]:
    """Return the oldest open tasks, and the number of all open tasks."""
    found = tx.execute(select(title_tasks).where(_waiting).order_by(title_tasks.c.id).limit(limit))
    return tuple(map(_task, found)), count_open_tasks(tx)


def count_open_tasks(tx: Connection) -> int:
    """Return the number of titles that wait to be translated."""
    return int(tx.scalar(select(func.count()).select_from(title_tasks).where(_waiting)) or 0)


def rename_task(tx: Connection, task_id: int, new_title: str, by: int, now: datetime) -> None:
    """Replace the title that an open task asks to translate, and who changed it when (D17)."""
    task = update(title_tasks).where(title_tasks.c.id == task_id)
    tx.execute(task.values(new_title=new_title, opened_by=by, opened_at=now))


def close_task(tx: Connection, task_id: int, member_id: str | None, now: datetime) -> None:
    """Close the task with the id of the Slack member who translated the title.

    None stands for nobody: the title does not have to be translated any more.
    """
    task = update(title_tasks).where(title_tasks.c.id == task_id)
    tx.execute(task.values(closed_by=member_id, closed_at=now))


def _task(row: Row[Any]) -> TitleTask:
    return TitleTask(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns


def official_names(tx: Connection) -> tuple[tuple[int, str], ...]:
    """Return id and official name of every authority that is not removed, by name."""
    columns = authorities.c.id, authorities.c.official_name
    found = tx.execute(select(*columns).where(not_removed).order_by(authorities.c.name_key))
    return tuple((row.id, row.official_name) for row in found)
