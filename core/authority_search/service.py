"""Finds authorities by words, place, module and country, for every user (R2-R4)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.authority_search import rows
from core.authority_search.rows import SearchCriteria, SearchTerm
from core.authority_search.rules import MAX_WORDS, Lexicon, similarity, words_of
from core.users.principals import Principal
from core.users.rows import users

MAX_HITS = 100
# With fewer exact hits, similarly spelled ones are added.
ENOUGH_HITS = 10
MAX_CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class AuthorityQuery:
    """The search as typed: words, words of the place, a module code and a country code."""

    text: str = ""
    place: str = ""
    module: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An authority that was found; `title` is in the reader's language.

    `exact` is false for one that was found by similar spelling.
    """

    id: int
    title: str
    official_name: str
    place: str
    country: str
    exact: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of the hits, exact ones first.

    `total` is the number of hits on all pages, at most `MAX_HITS`; `countries` are the codes of
    all countries that have an authority.
    """

    hits: tuple[SearchHit, ...]
    total: int
    start: int
    countries: tuple[str, ...]


def search(
    tx: Connection,
    principal: Principal,
    query: AuthorityQuery,
    lexicon: Lexicon,
    page: tuple[int, int] = (0, 10),
) -> SearchPage:
    """Return a page of the authorities that match; `page` is its start and its length.

    Every word must begin a word of the titles, the description, the place or the names of the
    keywords and modules in any language; accents are ignored. If there are fewer than `ENOUGH_HITS`
    such authorities, those with similarly spelled words, or with the words inside longer ones,
    follow.

    Raises:
        NotFoundError: the principal is no longer a user.
    """
    users.require_in_authority(tx, principal.user_id, principal.authority_id)
    words = words_of(query.text)[:MAX_WORDS]
    place = tuple(words_of(query.place)[:MAX_WORDS])
    terms = tuple(SearchTerm(word, lexicon.tokens(word)) for word in words)
    criteria = SearchCriteria(terms, place, query.module, query.country)
    exact = rows.matching_ids(tx, criteria, MAX_HITS)
    similar: list[int] = []
    if words and len(exact) < ENOUGH_HITS:
        similar = _similar(tx, criteria, lexicon, exact)
    ids = [*exact, *similar][:MAX_HITS]
    start, length = page
    hits = _hits(tx, ids[start : start + length], set(exact), principal.language)
    return SearchPage(hits, len(ids), start, rows.countries(tx))


def _hits(
    tx: Connection, ids: Collection[int], exact: Collection[int], language: str
) -> tuple[SearchHit, ...]:
    found = rows.hit_rows(tx, ids, language)
    return tuple(
        SearchHit(
            id=authority_id,
            title=found[authority_id].title,
            official_name=found[authority_id].official_name,
            place=found[authority_id].place,
            country=found[authority_id].country,
            exact=authority_id in exact,
        )
        for authority_id in ids
    )


def _similar(
    tx: Connection, criteria: SearchCriteria, lexicon: Lexicon, exact: list[int]
) -> list[int]:
    """Return the ids of authorities with words similar to those of the criteria, best first."""
    terms = tuple(
        SearchTerm(term.word, term.tokens | lexicon.tokens_like(term.word))
        for term in criteria.terms
    )
    widened = replace(criteria, terms=terms)
    candidates = {
        *rows.matching_ids(tx, widened, MAX_CANDIDATES),
        *rows.similar_ids(tx, widened, MAX_CANDIDATES),
    }
    score: dict[int, float] = {}
    for row in rows.indexed_texts(tx, candidates - set(exact)):
        words = [*row.titles.split(), *row.place.split()]
        tokens = set(row.keywords.split())
        scores = [100.0 if term.tokens & tokens else similarity(term.word, words) for term in terms]
        if min(scores) > 0:
            score[row.authority_id] = sum(scores) / len(scores)
    return sorted(score, key=lambda authority_id: (-score[authority_id], authority_id))
