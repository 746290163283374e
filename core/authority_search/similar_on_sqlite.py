"""The SQL that finds authorities by similarly spelled words, by an FTS5 index of trigrams."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Select, column, table, text

from core.schema.authorities import authorities

_INDEX = table("search_trigrams", column("rowid"))
_TEXT = "(authority_search.titles || ' ' || authority_search.place)"
_MATCHES = text("search_trigrams MATCH :expression")
_CLOSEST = text("bm25(search_trigrams)")


def ids(tx: Connection, query: Select[tuple[int]], words: Sequence[str], limit: int) -> list[int]:
    """Return the ids of those authorities of the query that share a trigram with one of the words.

    Those that have the most of the words, if only inside longer ones, come first, then the most
    similar ones.
    """
    trigrams = dict.fromkeys(trigram for word in words for trigram in _trigrams(word))
    bound = {f"word{number}": word for number, word in enumerate(words)}
    contained = text(" + ".join(f"(instr({_TEXT}, :{name}) > 0)" for name in bound) + " DESC")
    closest = (
        query.join(_INDEX, _INDEX.c.rowid == authorities.c.id)
        .where(_MATCHES)
        .order_by(contained, _CLOSEST, authorities.c.id)
    )
    expression = " OR ".join(f'"{trigram}"' for trigram in trigrams)
    return list(tx.scalars(closest.limit(limit), {"expression": expression, **bound}))


def _trigrams(word: str) -> Iterator[str]:
    """Return the three letters in a row of the word; its ends are those of the index, spaces."""
    padded = f" {word} "
    return (padded[at : at + 3] for at in range(len(word)))
