"""Tests that an unavailable or full database raises one exception with each driver."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.store.outages import DatabaseUnavailableError, error_name, naming_outages
from core.store.store import Store, open_store
from tests.factories import executing
from tests.flooded_database import fill_disk, free_disk

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


async def test_a_full_disk_is_an_outage(database_url: str, store: Store) -> None:
    """SQLite: no page can be added. PostgreSQL: the server only reads, as when its disk is full."""
    await fill_disk(store, database_url)

    with pytest.raises(DatabaseUnavailableError) as caught:
        await store.write(executing(text("CREATE TABLE more (secret TEXT)")))

    code = "SQLITE_FULL" if database_url.startswith("sqlite") else "25006"
    assert f"({code})" in error_name(caught.value)
    await free_disk(store, database_url)
    await store.write(executing(text("CREATE TABLE more (secret TEXT)")))
    await store.write(executing(text("DROP TABLE more")))


@pytest.mark.parametrize("operation", ["read", "write"])
async def test_a_server_that_is_not_there_is_an_outage(operation: str) -> None:
    unavailable = await open_store("postgresql://imi:hunter2@127.0.0.1:9/imi")

    with pytest.raises(DatabaseUnavailableError) as caught:
        await getattr(unavailable, operation)(lambda _: None)

    await unavailable.close()
    assert str(caught.value) == "ConnectionRefusedError"
    assert caught.value.__cause__ is None


@pytest.mark.postgres
@pytest.mark.parametrize("operation", ["read", "write"])
async def test_a_connection_that_is_cut_is_an_outage(postgres_url: str, operation: str) -> None:
    cut = await open_store(postgres_url)

    def cut_connection(tx: Connection) -> None:
        tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseUnavailableError):
        await getattr(cut, operation)(cut_connection)

    assert await cut.read(lambda tx: tx.scalar(text("SELECT 1"))) == 1
    await cut.close()


async def test_a_file_that_cannot_be_opened_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "imi.sqlite3").mkdir()

    with pytest.raises(DatabaseUnavailableError) as caught:
        await open_store(f"sqlite:///{tmp_path / 'imi.sqlite3'}")

    assert "SQLITE_CANTOPEN" in error_name(caught.value)


async def test_a_mistake_in_a_statement_is_no_outage(store: Store) -> None:
    with pytest.raises(DBAPIError) as caught:
        await store.write(executing(text("SELECT nonsense FROM nowhere")))

    assert error_name(caught.value) == type(caught.value).__name__


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OSError(errno.EHOSTUNREACH, "No route to host"), True),
        (OSError("Multiple exceptions: [Errno 111], [Errno 111]"), True),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), False),
    ],
    ids=str,
)
def test_an_operations_own_files_are_no_outage(error: OSError, *, outage: bool) -> None:
    with pytest.raises(DatabaseUnavailableError if outage else type(error)), naming_outages():
        raise error
