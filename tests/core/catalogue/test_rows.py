"""Tests of saving and reading catalogues, on SQLite and PostgreSQL."""

from datetime import timedelta

from sqlalchemy import Connection, select

from core.catalogue import rows
from core.catalogue.load import load, shipped
from core.schema.catalogue import catalogues
from core.store.store import Store
from tests.times import NOON


async def save_catalogue(store: Store, text: str, hours: int = 0) -> bool:
    return await store.write(lambda tx: rows.save(tx, text, NOON + timedelta(hours=hours)))


async def number_of_catalogues(store: Store) -> int:
    def count_rows(tx: Connection) -> int:
        return len(tx.scalars(select(catalogues.c.id)).all())

    return await store.read(count_rows)


async def test_a_new_database_has_no_catalogue(store: Store) -> None:
    assert await store.read(rows.newest) is None


async def test_the_newest_catalogue_is_the_one_saved_last(store: Store) -> None:  # D24
    assert await save_catalogue(store, "a")
    assert await save_catalogue(store, "b", hours=-1)

    assert await store.read(rows.newest) == "b"


async def test_saving_the_same_catalogue_again_changes_nothing(store: Store) -> None:
    await save_catalogue(store, "a")

    assert not await save_catalogue(store, "a", hours=1)
    assert await number_of_catalogues(store) == 1


async def test_an_earlier_catalogue_can_be_saved_again(store: Store) -> None:
    for text in ("a", "b", "a"):
        assert await save_catalogue(store, text)

    assert await store.read(rows.newest) == "a"
    assert await number_of_catalogues(store) == 3


async def test_the_time_of_loading_is_kept(store: Store) -> None:
    await save_catalogue(store, "a")

    assert await store.read(lambda tx: tx.scalar(select(catalogues.c.loaded_at))) == NOON


async def test_the_shipped_catalogue_is_read_back_unchanged(store: Store) -> None:
    await save_catalogue(store, shipped())

    kept = await store.read(rows.newest)

    assert kept is not None
    assert load(kept, "database") == load(shipped(), "file")
