"""Tests of what callers get whose write operations waited together on SQLite."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from core.store.store import Store, open_store
from tests.core.store.threads import Blocked


class EndOfProgramme(BaseException):
    """Stands for what ends a program, such as SystemExit."""


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with an empty table."""
    store = await open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    await store.write(lambda tx: tx.execute(text("CREATE TABLE a (b INTEGER)")))
    yield store
    await store.close()


def adding(number: int) -> Callable[[Connection], int]:
    def add(tx: Connection) -> int:
        tx.execute(text("INSERT INTO a VALUES (:b)"), {"b": number})
        return number

    return add


def adding_and_ending(tx: Connection) -> int:
    adding(404)(tx)
    raise EndOfProgramme


def ending_at_the_commit(tx: Connection) -> None:
    def end(_: Connection) -> None:
        raise EndOfProgramme

    event.listen(tx, "commit", end)


async def written_together(
    store: Store, *operations: Callable[[Connection], object]
) -> list[object]:
    """Return what each operation of one group returned or raised."""
    blocked = Blocked()
    first = asyncio.create_task(store.write(blocked))
    await asyncio.to_thread(blocked.begun.wait, 10)
    writes = [asyncio.create_task(store.write(operation)) for operation in operations]
    await asyncio.sleep(0)
    blocked.released.set()
    async with asyncio.timeout(10):
        assert await first
        return await asyncio.gather(*writes, return_exceptions=True)


def numbers(tx: Connection) -> list[int]:
    return list(tx.scalars(text("SELECT b FROM a")))


async def test_an_operation_that_would_end_the_program_does_not_stop_those_beside_it(
    sqlite: Store,
) -> None:
    done = await written_together(sqlite, adding(1), adding_and_ending, adding(2))

    assert [done[0], type(done[1]), done[2]] == [1, EndOfProgramme, 2]
    assert await sqlite.read(numbers) == [1, 2]


async def test_every_caller_is_told_of_a_commit_that_would_end_the_program(sqlite: Store) -> None:
    done = await written_together(sqlite, adding(1), ending_at_the_commit, adding(2))

    assert {type(one) for one in done} == {EndOfProgramme}
    assert await sqlite.write(adding(3)) == 3
    assert await sqlite.read(numbers) == [3]
