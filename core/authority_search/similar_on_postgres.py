"""The SQL that finds authorities by similarly spelled words, by PostgreSQL's trigrams."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, text

from core.authority_search.rules import min_trigram_similarity
from core.schema.authorities import authorities

_TEXT = "(authority_search.titles || ' ' || authority_search.place)"
# A plan made for any words would read every authority; one made for these reads the index if they
# are rare.
_SETTINGS = text(
    "SELECT set_config('pg_trgm.word_similarity_threshold', :least, true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)


def ids(tx: Connection, query: Select[tuple[int]], words: Sequence[str], limit: int) -> list[int]:
    """Return the ids of those authorities of the query that have a word similar to one of these.

    Those that have the most of the words, if only inside longer ones, come first, then the most
    similar ones.
    """
    tx.execute(_SETTINGS, {"least": str(min(map(min_trigram_similarity, words)))})
    bound = {f"word{number}": word for number, word in enumerate(words)}
    # Words are letters and digits, and at most an underscore, which finds some more.
    inside = {name: f"{_TEXT} LIKE '%' || CAST(:{name} AS text) || '%'" for name in bound}
    similar = " OR ".join(f"CAST(:{name} AS text) <% {_TEXT} OR {inside[name]}" for name in bound)
    similarity = " + ".join(
        f"CASE WHEN {inside[name]} THEN 1 ELSE word_similarity(CAST(:{name} AS text), {_TEXT}) END"
        for name in bound
    )
    closest = query.where(text(f"({similar})")).order_by(
        text(f"{similarity} DESC"), authorities.c.id
    )
    return list(tx.scalars(closest.limit(limit), bound))
