"""The SQL of the full-text index of authorities, for SQLite (FTS5) and PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, column, delete, insert, select, table, text

from core.authorities.rows.titles import title_column
from core.authority_search import similar_on_postgres, similar_on_sqlite
from core.authority_search.rules import keyword_token, module_token, normalized
from core.schema.authorities import (
    authorities,
    authority_keywords,
    authority_modules,
    authority_search,
    authority_translations,
    not_removed,
)
from core.store.dialect import is_postgres
from core.store.locks import locking

_SEARCH_WORDS = table("search_words", column("rowid"))
_MATCHES = text("search_words MATCH :expression")
# The weights of titles, keywords, place and description.
_BEST = text("bm25(search_words, 10, 5, 4, 1)")
# Breaks ties, so that equally good hits keep their order from page to page.
_TIE_BREAKER = authorities.c.id
_PG_QUERY = "to_tsquery('simple', CAST(:expression AS text))"
_PG_MATCHES = text(f"search_lexemes @@ {_PG_QUERY}")
_PG_BEST = text(f"ts_rank('{{0.1, 0.4, 0.5, 1.0}}', search_lexemes, {_PG_QUERY}) DESC")


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """Matches a word that begins with `word` in any text, or one of `tokens` in the keywords."""

    word: str
    tokens: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """Conditions that all have to hold; an empty one is none.

    Every term occurs in any text, and every word of `place` in the place.
    """

    terms: tuple[SearchTerm, ...] = ()
    place: tuple[str, ...] = ()
    module: str = ""
    country: str = ""


def index(tx: Connection, authority_id: int) -> None:
    """Update the authority's index entry; delete it if the authority is removed.

    Locks the authority's row, so that the later of two concurrent changes indexes both.
    """
    query = select(authorities).where(authorities.c.id == authority_id, not_removed)
    row = tx.execute(locking(query)).one_or_none()
    tx.execute(delete(authority_search).where(authority_search.c.authority_id == authority_id))
    if row is not None:
        tx.execute(insert(authority_search).values(authority_id=authority_id, **_texts(tx, row)))


def index_missing(tx: Connection) -> int:
    """Index the authorities that are not in the index yet; return their number."""
    indexed = select(authority_search.c.authority_id)
    missing = select(authorities.c.id).where(not_removed, authorities.c.id.not_in(indexed))
    ids = tx.scalars(missing).all()
    for authority_id in ids:
        index(tx, authority_id)
    return len(ids)


def matching_ids(tx: Connection, criteria: SearchCriteria, limit: int) -> list[int]:
    """Return the ids of the authorities that meet the criteria, the best matches first.

    Without any words they are sorted by title.
    """
    if not criteria.terms and not criteria.place:
        by_title = authorities.c.informal_title, authorities.c.id
        return list(tx.scalars(_filtered(criteria).order_by(*by_title).limit(limit)))
    if is_postgres(tx):
        query = (
            _filtered(criteria)
            .join(authority_search)
            .where(_PG_MATCHES)
            .order_by(_PG_BEST, _TIE_BREAKER)
        )
        return _ids(tx, query, _pg_expression(criteria), limit)
    words = _SEARCH_WORDS.c.rowid == authorities.c.id
    query = (
        _filtered(criteria).join(_SEARCH_WORDS, words).where(_MATCHES).order_by(_BEST, _TIE_BREAKER)
    )
    return _ids(tx, query, _fts_expression(criteria), limit)


def similar_ids(tx: Connection, criteria: SearchCriteria, limit: int) -> list[int]:
    """Return the ids of the authorities whose titles or places are most similar to the words.

    They meet the other criteria. Words of fewer than three letters are ignored.
    """
    words = [term.word for term in criteria.terms if len(term.word) >= len("abc")]
    if not words:
        return []
    query = _filtered(criteria).join(authority_search)
    for word in criteria.place:
        query = query.where(authority_search.c.place.contains(word, autoescape=True))
    find = similar_on_postgres.ids if is_postgres(tx) else similar_on_sqlite.ids
    return find(tx, query, words, limit)


def indexed_texts(tx: Connection, ids: Collection[int]) -> Sequence[Row[Any]]:
    """Return the index entries of these authorities."""
    return tx.execute(
        select(authority_search).where(authority_search.c.authority_id.in_(ids))
    ).all()


def hit_rows(tx: Connection, ids: Collection[int], language: str) -> dict[int, Row[Any]]:
    """Return id, official_name, place, country and title in the language of these, by id."""
    columns = [authorities.c[name] for name in ("id", "official_name", "place", "country")]
    query = select(*columns).add_columns(title_column(language).label("title"))
    found = tx.execute(query.where(authorities.c.id.in_(ids)))
    return {row.id: row for row in found}


def countries(tx: Connection) -> tuple[str, ...]:
    """Return the codes of the countries that have at least one authority."""
    return tuple(tx.scalars(select(authorities.c.country).where(not_removed).distinct()))


def _filtered(criteria: SearchCriteria) -> Select[tuple[int]]:
    query = select(authorities.c.id).where(not_removed)
    if criteria.country:
        query = query.where(authorities.c.country == criteria.country)
    if criteria.module:
        having_module = select(authority_modules.c.authority_id).where(
            authority_modules.c.module == criteria.module
        )
        query = query.where(authorities.c.id.in_(having_module))
    return query


def _ids(tx: Connection, query: Select[tuple[int]], expression: str, limit: int) -> list[int]:
    return list(tx.scalars(query.limit(limit), {"expression": expression}))


def _fts_expression(criteria: SearchCriteria) -> str:
    """Return the criteria as an FTS5 expression; words are letters and digits only."""
    parts = [_fts_term(term) for term in criteria.terms]
    return " AND ".join([*parts, *(f'place : "{word}" *' for word in criteria.place)])


def _fts_term(term: SearchTerm) -> str:
    tokens = (f'keywords : "{token}"' for token in sorted(term.tokens))
    beginning = f'{{titles place description}} : "{term.word}" *'
    return "(" + " OR ".join([beginning, *tokens]) + ")"


def _pg_expression(criteria: SearchCriteria) -> str:
    """Return the criteria as a `to_tsquery` expression; words are letters and digits only."""
    parts = [_pg_term(term) for term in criteria.terms]
    return " & ".join([*parts, *(f"{word}:*C" for word in criteria.place)])


def _pg_term(term: SearchTerm) -> str:
    return "(" + " | ".join([f"{term.word}:*ACD", *sorted(term.tokens)]) + ")"


def _texts(tx: Connection, row: Row[Any]) -> dict[str, str]:
    translated = tx.scalars(
        select(authority_translations.c.informal_title).where(
            authority_translations.c.authority_id == row.id
        )
    )
    chosen = tx.execute(
        select(authority_keywords).where(authority_keywords.c.authority_id == row.id)
    )
    tokens = [keyword_token(keyword.module, keyword.keyword) for keyword in chosen]
    own = tx.scalars(
        select(authority_modules.c.module).where(authority_modules.c.authority_id == row.id)
    )
    tokens += [module_token(module) for module in own]
    return {
        "titles": normalized(row.official_name, row.informal_title, *translated),
        "keywords": " ".join(sorted(tokens)),
        "place": normalized(row.place),
        "description": normalized(row.description),
    }
