"""The SQL that finds authorities by similarly spelled words, by PostgreSQL's trigrams."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, text

from core.authority_search.criteria import SearchTerm
from core.schema.authorities import authorities

_TEXT = "(authority_search.titles || ' ' || authority_search.place)"
# The threshold is low enough that a word with one wrong letter in five is still found. A plan made
# for any word would read every authority; one made for these words reads the index.
_SETTINGS = text(
    "SELECT set_config('pg_trgm.word_similarity_threshold', '0.3', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)
# The trigrams of a shorter word do not always show that it is inside a longer one.
_SHORTEST_SURE = 5


def ids(
    tx: Connection, query: Select[tuple[int]], terms: Sequence[SearchTerm], limit: int
) -> list[int]:
    """Return the ids of those authorities of the query that have words similar to the terms.

    The most similar ones come first. Each longer term has to be similar to a word, or one of its
    tokens has to be in the keywords; without longer terms, one of the shorter ones.
    """
    tx.execute(_SETTINGS)
    bound: dict[str, str | None] = {f"word{number}": term.word for number, term in enumerate(terms)}
    longer = {n: term for n, term in enumerate(terms) if len(term.word) >= _SHORTEST_SURE}
    bound |= {f"tokens{n}": " | ".join(sorted(term.tokens)) or None for n, term in longer.items()}
    every = " AND ".join(f"({_is_similar(n)} OR {_has_token(n)})" for n in longer)
    any_of = " OR ".join(_is_similar(n) for n in range(len(terms)))
    similarity = " + ".join(f"word_similarity({_word(n)}, {_TEXT})" for n in range(len(terms)))
    found = query.where(text(f"({every or any_of})"))
    closest = found.order_by(text(f"{similarity} DESC"), authorities.c.id).limit(limit)
    return list(tx.scalars(closest, bound))


def _word(number: int) -> str:
    return f"CAST(:word{number} AS text)"


def _is_similar(number: int) -> str:
    return f"{_word(number)} <% {_TEXT}"


def _has_token(number: int) -> str:
    return f"search_lexemes @@ to_tsquery('simple', CAST(:tokens{number} AS text))"
