"""Tests of the full-text index of authorities, on SQLite and PostgreSQL."""

import asyncio
from functools import partial

from sqlalchemy import delete

from core.authority_search import rows, service
from core.authority_search.rules import Lexicon
from core.authority_search.service import AuthorityQuery
from core.schema.authorities import authority_search
from tests.core.administration.sample_country import SampleCountry
from tests.factories import executing


async def found_ids(sample: SampleCountry) -> list[int]:
    lexicon = Lexicon.of(sample.rulebook.catalogue)
    query = AuthorityQuery("health")
    page = await sample.read(lambda tx: service.search(tx, sample.bo, query, lexicon))
    return [hit.id for hit in page.hits]


async def test_concurrent_updates_leave_one_index_entry(sample: SampleCountry) -> None:
    update = partial(rows.index, authority_id=sample.health.id)

    await asyncio.gather(*(sample.write(update) for _ in range(20)))

    assert await found_ids(sample) == [sample.health.id]


async def test_missing_index_entries_are_added(sample: SampleCountry) -> None:
    await sample.write(executing(delete(authority_search)))
    assert await found_ids(sample) == []

    assert await sample.write(rows.index_missing) == 4
    assert await sample.write(rows.index_missing) == 0

    assert await found_ids(sample) == [sample.health.id]
