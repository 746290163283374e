"""Tests of how PostgreSQL plans the search for similarly spelled words."""

from typing import Any

import pytest
from sqlalchemy import Connection, event, text

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
            " WHERE statement LIKE 'SELECT authorities.id%ORDER BY CASE WHEN%'"
        )
        statements, generic = tx.execute(counted).one()
        assert statements == 1
        return int(generic)

    assert databases.write_alone(postgres_url, plans_for_any_words) == 0


@pytest.mark.postgres
def test_similar_words_and_parts_of_words_are_found_by_the_index(postgres_url: str) -> None:
    def plan(tx: Connection) -> str:
        statements: list[tuple[str, tuple[object, ...]]] = []

        def note(*arguments: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
            statements.append((arguments[2], arguments[3]))

        event.listen(tx, "before_cursor_execute", note)
        rows.similar_ids(tx, SearchCriteria((SearchTerm("zorro"), SearchTerm("rst"))), 60)
        event.remove(tx, "before_cursor_execute", note)
        statement, values = statements[-1]
        # An empty table would be read whole.
        tx.execute(text("SET LOCAL enable_seqscan = off"))
        tx.execute(text("SET LOCAL enable_indexscan = off"))
        explained = tx.exec_driver_sql(f"EXPLAIN {statement}", values)
        return "\n".join(line for (line,) in explained)

    found = databases.write_alone(postgres_url, plan)

    assert found.count("Bitmap Index Scan on search_trigrams") == 4
    assert "Seq Scan on authority_search" not in found
