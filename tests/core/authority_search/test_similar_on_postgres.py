"""Tests of how PostgreSQL plans the search for similarly spelled words."""

import pytest
from sqlalchemy import Connection, text

from core.authority_search import rows
from core.authority_search.rows import SearchCriteria, SearchTerm
from core.store import migration
from tests import databases

# PostgreSQL may plan a statement for any parameters after it has planned it five times.
TIMES = 10


@pytest.mark.postgres
def test_each_search_is_planned_for_its_words(postgres_url: str) -> None:
    def plans_for_any_words(tx: Connection) -> int:
        migration.upgrade(tx)
        for _ in range(TIMES):
            rows.similar_ids(tx, SearchCriteria((SearchTerm("zorro"),)), 60)
        counted = text(
            "SELECT count(*), sum(generic_plans) FROM pg_prepared_statements"
            " WHERE statement LIKE 'SELECT authorities.id%ORDER BY word_similarity%'"
        )
        statements, generic = tx.execute(counted).one()
        assert statements == 1
        return int(generic)

    assert databases.write_alone(postgres_url, plans_for_any_words) == 0
