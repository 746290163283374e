"""Counts the SQL statements that a store runs, so that a test can bound their number."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from core.store.postgres import PostgresStore
from core.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from core.store.store import Store

# They open and close transactions. How many there are depends on how many operations happen to
# be committed together.
_TRANSACTION_CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def count_statements(store: Store) -> Iterator[list[str]]:
    """Yield a list that grows by each SQL statement which the store runs until the block ends.

    Statements that open or close a transaction are left out.
    """
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        if not statement.startswith(_TRANSACTION_CONTROL):
            statements.append(statement)

    with ExitStack() as stack:
        for engine in _engines(store):
            event.listen(engine, "before_cursor_execute", note)
            stack.callback(event.remove, engine, "before_cursor_execute", note)
        yield statements


@contextmanager
def count_control(store: Store) -> Iterator[list[str]]:
    """Yield a list that grows by each beginning and end of a transaction or savepoint."""
    control: list[str] = []
    with ExitStack() as stack:
        for engine in _engines(store):
            for name in ("begin", "commit", "rollback", "savepoint", "release_savepoint"):
                note = partial(_note, control, name)
                event.listen(engine, name, note)
                stack.callback(event.remove, engine, name, note)
        yield control


def _note(control: list[str], name: str, *_: object) -> None:
    control.append(name)


def _engines(store: Store) -> tuple[Engine, ...]:
    # The engines are the store's own; this is the one place outside that counts what they run.
    if isinstance(store, PostgresStore):
        return store._writers.sync_engine, store._readers.sync_engine  # noqa: SLF001
    assert isinstance(store, SqliteStore)
    return store._writer._engine, store._readers._engine  # noqa: SLF001
