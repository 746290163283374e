"""Finding an authority, for every user of IMI: the purpose that its data is kept for (R2-R4)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from core.authority_search import rows
from core.authority_search.rows import SearchCriteria, SearchTerm
from core.authority_search.rules import MOST_WORDS, Lexicon, alike, words_of
from core.users.principals import Principal
from core.users.rows import users

MOST_FOUND = 100
# With fewer than these, what is spelled much like the words is shown too.
ENOUGH = 10
CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class AuthorityQuery:
    """What is sought, as typed: words of anything, a place, the codes of a module and a country."""

    text: str = ""
    place: str = ""
    module: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An authority in a list, titled in the reader's language."""

    id: int
    title: str
    official_name: str
    place: str
    country: str
    exact: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page; `total` counts all pages, `MOST_FOUND` at the most; the exact ones come first."""

    hits: tuple[SearchHit, ...]
    total: int
    start: int
    countries: tuple[str, ...]


def search(
    tx: Connection,
    principal: Principal,
    wish: AuthorityQuery,
    lexicon: Lexicon,
    page: tuple[int, int] = (0, 10),
) -> SearchPage:
    """Return a page of the authorities that fit, `page` being where it starts and its length.

    A word counts in titles, descriptions, places and the names of keywords and modules, in any
    language, its ending and its accents aside. What is spelled a little differently, or stands in
    the middle of a longer word, follows when little else is found.

    Raises:
        NotFoundError: the asker is no user any more.
    """
    users.require_in_authority(tx, principal.user_id, principal.authority_id)
    words = words_of(wish.text)[:MOST_WORDS]
    place = tuple(words_of(wish.place)[:MOST_WORDS])
    terms = tuple(SearchTerm(word, lexicon.tokens(word)) for word in words)
    sought = SearchCriteria(terms, place, wish.module, wish.country)
    exact = rows.matching(tx, sought, MOST_FOUND)
    close = _close(tx, sought, lexicon, exact) if words and len(exact) < ENOUGH else []
    everything = [*exact, *close][:MOST_FOUND]
    start, length = page
    shown = _hits(tx, everything[start : start + length], set(exact), principal.language)
    return SearchPage(shown, len(everything), start, rows.countries(tx))


def _hits(
    tx: Connection, ids: Collection[int], exact: Collection[int], language: str
) -> tuple[SearchHit, ...]:
    found = rows.hits(tx, ids, language)
    return tuple(
        SearchHit(
            id=number,
            title=found[number].title,
            official_name=found[number].official_name,
            place=found[number].place,
            country=found[number].country,
            exact=number in exact,
        )
        for number in ids
    )


def _close(tx: Connection, sought: SearchCriteria, lexicon: Lexicon, exact: list[int]) -> list[int]:
    """Return those that have words much like the ones sought, the likest first."""
    loose = tuple(
        SearchTerm(one.word, one.tokens | lexicon.tokens_like(one.word)) for one in sought.terms
    )
    wish = SearchCriteria(loose, sought.place, sought.module, sought.country)
    candidates = {
        *rows.matching(tx, wish, CANDIDATES),
        *rows.resembling(tx, wish, CANDIDATES),
    }
    likeness: dict[int, float] = {}
    for row in rows.texts_of(tx, candidates - set(exact)):
        names = [*row.titles.split(), *row.place.split()]
        tokens = set(row.keywords.split())
        scores = [100.0 if term.tokens & tokens else alike(term.word, names) for term in loose]
        in_place = all(word in row.place for word in wish.place)
        if min(scores) > 0 and in_place:
            likeness[row.authority_id] = sum(scores) / len(scores)
    return sorted(likeness, key=lambda number: (-likeness[number], number))
