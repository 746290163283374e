"""Tests of the condition that a column is one of many ids, on SQLite and PostgreSQL."""

import json

from sqlalchemy import Connection, select

from core.schema.authorities import authorities
from core.store.id_lists import is_one_of, is_one_of_parameter
from core.store.store import Store
from tests.factories import an_authority

IDS = authorities.c.id
BUILT_ONCE = select(IDS).where(is_one_of_parameter(IDS, "ids")).order_by(IDS)


async def test_the_rows_of_the_listed_ids_are_found(store: Store) -> None:
    ids = await store.write(lambda tx: [an_authority(tx).id for _ in range(3)])

    def read(tx: Connection) -> list[tuple[list[int], list[int]]]:
        return [
            (
                list(tx.scalars(select(IDS).where(is_one_of(IDS, wanted)).order_by(IDS))),
                list(tx.scalars(BUILT_ONCE, {"ids": json.dumps(wanted)})),
            )
            for wanted in ([], ids[1:], ids)
        ]

    assert await store.read(read) == [([], []), (ids[1:], ids[1:]), (ids, ids)]
