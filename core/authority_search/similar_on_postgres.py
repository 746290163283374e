"""The SQL that finds authorities by similarly spelled words, by PostgreSQL's trigrams."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, text

from core.schema.authorities import authorities

_TEXT = "(authority_search.titles || ' ' || authority_search.place)"
# The threshold is low enough that a word with one wrong letter in five is still found. A plan made
# for any words would read every authority; one made for these reads the index if they are rare.
_SETTINGS = text(
    "SELECT set_config('pg_trgm.word_similarity_threshold', '0.3', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)


def ids(tx: Connection, query: Select[tuple[int]], words: Sequence[str], limit: int) -> list[int]:
    """Return the ids of those authorities of the query that have a word similar to one of these.

    The most similar ones come first.
    """
    tx.execute(_SETTINGS)
    bound = {f"word{number}": word for number, word in enumerate(words)}
    similar = " OR ".join(f"CAST(:{name} AS text) <% {_TEXT}" for name in bound)
    similarity = " + ".join(f"word_similarity(CAST(:{name} AS text), {_TEXT})" for name in bound)
    closest = query.where(text(f"({similar})")).order_by(
        text(f"{similarity} DESC"), authorities.c.id
    )
    return list(tx.scalars(closest.limit(limit), bound))
