"""The index that authorities are searched by, on both databases: all its SQL, and nothing but."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    column,
    delete,
    insert,
    select,
    table,
    text,
)

from core.authorities.rows.titles import title_column
from core.authority_search.rules import keyword_token, module_token, normalized
from core.schema.authorities import authorities, here, keywords, modules, search_texts, translations

_SEARCH_WORDS = table("search_words", column("rowid"))
_SEARCH_TRIGRAMS = table("search_trigrams", column("rowid"))
_MATCHES = text("search_words MATCH :sought")
_IS_LIKE = text("search_trigrams MATCH :sought")
# Titles count most, then keywords, then the place, then the description.
_BEST = text("bm25(search_words, 10, 5, 4, 1)")
_CLOSEST = text("bm25(search_trigrams)")
# Of two that are as good, the same one comes first on every page.
_FIRST = authorities.c.id
_PG_QUERY = "to_tsquery('simple', CAST(:sought AS text))"
_PG_MATCHES = text(f"search_lexemes @@ {_PG_QUERY}")
_PG_BEST = text(f"ts_rank('{{0.1, 0.4, 0.5, 1.0}}', search_lexemes, {_PG_QUERY}) DESC")
_PG_TEXT = "(authority_search.titles || ' ' || authority_search.place)"
# As much of a word must be found that one wrong letter in five does not hide it.
_PG_LIKENESS = text("SELECT set_config('pg_trgm.word_similarity_threshold', '0.3', true)")


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A word that a text has, or begins a word of; or one of the tokens among the keywords."""

    word: str
    tokens: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """Every term, in any text; every word of the place; a module and a country, where given."""

    terms: tuple[SearchTerm, ...] = ()
    place: tuple[str, ...] = ()
    module: str = ""
    country: str = ""


def index(tx: Connection, authority_id: int) -> None:
    """Write anew what the authority is found by; a removed one is found no more.

    The authority is locked first: of two that change it at once, the later one reads both changes.
    """
    this = select(authorities).where(authorities.c.id == authority_id, here)
    row = tx.execute(this.with_for_update()).one_or_none()
    tx.execute(delete(search_texts).where(search_texts.c.authority_id == authority_id))
    if row is not None:
        tx.execute(insert(search_texts).values(authority_id=authority_id, **_texts(tx, row)))


def index_missing(tx: Connection) -> int:
    """Index the authorities that are not in the index yet; return how many they were."""
    known = select(search_texts.c.authority_id)
    missing = select(authorities.c.id).where(here, authorities.c.id.not_in(known))
    numbers = tx.scalars(missing).all()
    for number in numbers:
        index(tx, number)
    return len(numbers)


def matching_ids(tx: Connection, sought: SearchCriteria, most: int) -> list[int]:
    """Return the ids of the authorities that have it all, the best first; else by their titles."""
    if not sought.terms and not sought.place:
        by_title = authorities.c.informal_title, authorities.c.id
        return list(tx.scalars(_narrowed(sought).order_by(*by_title).limit(most)))
    if _is_postgres(tx):
        query = _narrowed(sought).join(search_texts).where(_PG_MATCHES).order_by(_PG_BEST, _FIRST)
        return _ids(tx, query, _pg_expression(sought), most)
    words = _SEARCH_WORDS.c.rowid == authorities.c.id
    query = _narrowed(sought).join(_SEARCH_WORDS, words).where(_MATCHES).order_by(_BEST, _FIRST)
    return _ids(tx, query, _fts_expression(sought), most)


def similar_ids(tx: Connection, sought: SearchCriteria, most: int) -> list[int]:
    """Return the ids of those whose titles or places share most letters with the words."""
    words = [term.word for term in sought.terms if len(term.word) >= len("abc")]
    if not words:
        return []
    if _is_postgres(tx):
        return _pg_resembling(tx, sought, words, most)
    threes = dict.fromkeys(word[at : at + 3] for word in words for at in range(len(word) - 2))
    trigrams = _SEARCH_TRIGRAMS.c.rowid == authorities.c.id
    query = (
        _narrowed(sought)
        .join(_SEARCH_TRIGRAMS, trigrams)
        .where(_IS_LIKE)
        .order_by(_CLOSEST, _FIRST)
    )
    return _ids(tx, query, " OR ".join(f'"{three}"' for three in threes), most)


def indexed_texts(tx: Connection, ids: Collection[int]) -> Sequence[Row[Any]]:
    """Return what these are found by."""
    return tx.execute(select(search_texts).where(search_texts.c.authority_id.in_(ids))).all()


def hit_rows(tx: Connection, ids: Collection[int], language: str) -> dict[int, Row[Any]]:
    """Return what a list shows of these, by id: titles, translated if they are, place, country."""
    columns = [authorities.c[name] for name in ("id", "official_name", "place", "country")]
    query = select(*columns).add_columns(title_column(language).label("title"))
    found = tx.execute(query.where(authorities.c.id.in_(ids)))
    return {row.id: row for row in found}


def countries(tx: Connection) -> tuple[str, ...]:
    """Return the codes of the countries that have an authority."""
    return tuple(tx.scalars(select(authorities.c.country).where(here).distinct()))


def _narrowed(sought: SearchCriteria) -> Select[tuple[int]]:
    query = select(authorities.c.id).where(here)
    if sought.country:
        query = query.where(authorities.c.country == sought.country)
    if sought.module:
        with_it = select(modules.c.authority_id).where(modules.c.module == sought.module)
        query = query.where(authorities.c.id.in_(with_it))
    return query


def _ids(tx: Connection, query: Select[tuple[int]], expression: str, most: int) -> list[int]:
    return list(tx.scalars(query.limit(most), {"sought": expression}))


def _fts_expression(sought: SearchCriteria) -> str:
    """Write it in the language of SQLite's FTS5; all words are letters and digits."""
    parts = [_fts_term(term) for term in sought.terms]
    return " AND ".join([*parts, *(f'place : "{word}" *' for word in sought.place)])


def _fts_term(term: SearchTerm) -> str:
    tokens = (f'keywords : "{token}"' for token in sorted(term.tokens))
    beginning = f'{{titles place description}} : "{term.word}" *'
    return "(" + " OR ".join([beginning, *tokens]) + ")"


def _pg_expression(sought: SearchCriteria) -> str:
    """Write it in the language of PostgreSQL's `to_tsquery`."""
    parts = [_pg_term(term) for term in sought.terms]
    return " & ".join([*parts, *(f"{word}:*C" for word in sought.place)])


def _pg_term(term: SearchTerm) -> str:
    return "(" + " | ".join([f"{term.word}:*ACD", *sorted(term.tokens)]) + ")"


def _pg_resembling(
    tx: Connection, sought: SearchCriteria, words: list[str], most: int
) -> list[int]:
    tx.execute(_PG_LIKENESS)
    named = {f"word{number}": word for number, word in enumerate(words)}
    likeness = " + ".join(f"word_similarity(CAST(:{name} AS text), {_PG_TEXT})" for name in named)
    query = _narrowed(sought).join(search_texts).where(_pg_any(named))
    closest = query.order_by(text(f"{likeness} DESC"), _FIRST).limit(most)
    return list(tx.scalars(closest, named))


def _pg_any(names: Iterable[str]) -> ColumnElement[bool]:
    alike = " OR ".join(f"CAST(:{name} AS text) <% {_PG_TEXT}" for name in names)
    return text(f"({alike})")  # type: ignore[return-value] # a text is taken as a condition


def _is_postgres(tx: Connection) -> bool:
    return tx.dialect.name == "postgresql"


def _texts(tx: Connection, row: Row[Any]) -> dict[str, str]:
    others = tx.scalars(
        select(translations.c.informal_title).where(translations.c.authority_id == row.id)
    )
    chosen = tx.execute(select(keywords).where(keywords.c.authority_id == row.id))
    tokens = [keyword_token(one.module, one.keyword) for one in chosen]
    own = tx.scalars(select(modules.c.module).where(modules.c.authority_id == row.id))
    tokens += [module_token(module) for module in own]
    return {
        "titles": normalized(row.official_name, row.informal_title, *others),
        "keywords": " ".join(sorted(tokens)),
        "place": normalized(row.place),
        "description": normalized(row.description),
    }
