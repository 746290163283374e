"""Finds authorities that a new one may duplicate, before it is registered (D15)."""

from typing import Any

from sqlalchemy import Connection, Row

from core.administration.permissions import require_access_manager
from core.authorities.details import host_of
from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.authorities.rows import authorities
from core.authorities.rows import queries as authority_queries
from core.authorities.rules import Authority, NewAuthority, name_key_of
from core.authority_search import rows as search_index
from core.authority_search.rows import SearchCriteria, SearchTerm
from core.authority_search.rules import MAX_WORDS, normalized, words_of
from core.rulebook import Rulebook
from core.users.principals import Principal

MAX_DUPLICATES = 5
# Two titles with at least this similarity, in per cent, may name the same authority.
MIN_SIMILARITY = 85
MAX_CANDIDATES = 100


def likely_duplicates(
    tx: Connection, principal: Principal, typed: AuthorityForm, rulebook: Rulebook
) -> tuple[Authority, ...]:
    """Return authorities with the same name, address or web host as the new one, or a close title.

    The most similar come first, at most `MAX_DUPLICATES` (D15).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotAccessManagerError: their authority is not an access manager.
        FormError: a typed field of the authority is invalid.
    """
    require_access_manager(tx, principal)
    new = new_authority_of(typed, rulebook.catalogue)
    host = host_of(new.web_site)
    words = words_of(f"{new.official_name} {new.informal_title}")
    criteria = SearchCriteria(tuple(map(SearchTerm, words[:MAX_WORDS])))
    similar_ids = search_index.similar_ids(tx, criteria, MAX_CANDIDATES)
    likely = [
        (similarity, row.id)
        for row in authority_queries.possible_duplicates(tx, new, host, similar_ids)
        if (similarity := _similarity(new, host, row)) >= MIN_SIMILARITY
    ]
    best = sorted(likely, key=lambda scored: (-scored[0], scored[1]))[:MAX_DUPLICATES]
    return tuple(authorities.require(tx, authority_id) for _, authority_id in best)


def _similarity(new: NewAuthority, host: str, row: Row[Any]) -> float:
    """Return from 0 to 100 how similar the new authority is to the existing one in `row`."""
    same_host = bool(host) and host == host_of(row.web_site or "")
    if row.name_key == name_key_of(new.official_name) or same_host:
        return 100
    if row.email.casefold() == new.email.casefold():
        return 100
    new_names = (new.official_name, new.informal_title)
    existing_names = (row.official_name, row.informal_title)
    return max(
        _name_similarity(name, existing) for name in new_names for existing in existing_names
    )


def _name_similarity(name: str, other: str) -> float:
    # Imported on first use to shorten the start (`benchmarks/start.py`).
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.ratio(normalized(name), normalized(other), score_cutoff=MIN_SIMILARITY)
