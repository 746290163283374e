"""Tests of the locks of an authority's row on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from core.authorities.rows import authorities
from core.authority_search import rows as authority_search
from core.schema.authorities import authority_keywords
from tests import databases
from tests.factories import an_authority
from tests.locked_rows import beside, impatient

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from core.authorities.rules import Authority


@pytest.mark.postgres
@pytest.mark.parametrize(
    "lock",
    [
        authorities.lock_row,
        authority_search.index,
        lambda tx, authority_id: authorities.lock_all(tx, [authority_id]),
    ],
    ids=["lock_row", "index", "lock_all"],
)
def test_rows_that_refer_to_a_locked_authority_can_be_written(
    postgres_url: str, lock: Callable[[Connection, int], object]
) -> None:
    """Their writer may hold what the lock's owner needs next: the two would deadlock."""

    def set_up(tx: Connection) -> Authority:
        databases.empty(tx)
        return an_authority(tx)

    own = databases.write_alone(postgres_url, set_up)
    keyword = insert(authority_keywords).values(authority_id=own.id, module="", keyword="health")

    written = beside(
        postgres_url,
        lambda tx: lock(tx, own.id),
        impatient(lambda tx: tx.execute(keyword).rowcount),
    )

    assert written == 1
