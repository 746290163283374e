"""Registers, finds and removes the authorities that an access manager manages (R18, D14, D15)."""

from dataclasses import replace
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row

from core.accounts import removal
from core.administration import notices
from core.administration import registration as authority_registration
from core.administration.notices import AuthorityEvent, AuthorityNotice
from core.administration.permissions import require_access_manager, require_managing_editor
from core.administration.registration import AuthorityRegistrationRequest
from core.administration.title_tasks import with_translated_title
from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities.details import host_of
from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.authorities.rows import authorities, competences
from core.authorities.rows import queries as authority_queries
from core.authorities.rules import Authority, NewAuthority, name_key_of
from core.authority_search import rows as search_index
from core.authority_search.rows import SearchCriteria, SearchTerm
from core.authority_search.rules import MAX_WORDS, normalized, words_of
from core.errors import NotConfirmedError, NotFoundError, StillManagesError
from core.languages.sorting import in_alphabet
from core.rulebook import Rulebook
from core.text.transliteration import to_ascii
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import queries
from core.users.rules import User

MAX_DUPLICATES = 5
# Two titles with at least this similarity, in per cent, may name the same authority.
MIN_SIMILARITY = 85
MAX_CANDIDATES = 100


def likely_duplicates(
    tx: Connection, principal: Principal, typed: AuthorityForm, web_site: str, rulebook: Rulebook
) -> tuple[Authority, ...]:
    """Return authorities with the same name, address or web host as the new one, or a close title.

    The most similar come first, at most `MAX_DUPLICATES` (D15).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotAccessManagerError: their authority is not an access manager.
        FormError: a typed field of the authority is invalid.
    """
    require_access_manager(tx, principal)
    new, host = new_authority_of(typed, rulebook.catalogue), host_of(web_site)
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


def register(
    tx: Connection,
    request: AuthorityRegistrationRequest,
    principal: Principal,
    rulebook: Rulebook,
    now: datetime,
) -> User:
    """Register the authority, managed by the principal's, and its first user (R6-R8, R18).

    Returns the first user.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotAccessManagerError: their authority is not an access manager.
        FormError: a field is invalid, or a value that must be unique is taken.
    """
    require_acting_administrator(tx, principal)
    by, own = require_access_manager(tx, principal)
    managed = replace(request, authority=replace(request.authority, manager_id=own.id))
    return authority_registration.register_with_first_user(
        tx, managed, Actor.user(by.id), rulebook, now
    )


def title_of_manager(tx: Connection, principal: Principal, language: str) -> str:
    """Return the title of the access manager of the principal's authority, "" without one."""
    own = authorities.find(tx, principal.authority_id)
    manager = authorities.find(tx, own.manager_id) if own and own.manager_id is not None else None
    return with_translated_title(tx, manager, language).informal_title if manager else ""


def search(
    tx: Connection, principal: Principal, text: str, limit: int
) -> tuple[tuple[int, str, str], ...]:
    """Return id, title and official name of the managed authorities that contain all the words.

    They are in the order of their titles in the alphabet of the principal's language (D25).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotAccessManagerError: their authority is not an access manager.
    """
    _, own = require_access_manager(tx, principal)
    # A sign alone, such as `&`, is in no transliterated name.
    typed = (word for word in text.split() if any(map(str.isalnum, word)))
    words = [to_ascii(word) or word for word in typed]
    matching = (
        (authority_id, title, official_name)
        for authority_id, title, official_name in authority_queries.managed_titles(
            tx, own.id, principal.language
        )
        if all(word in to_ascii(f"{title} {official_name}") for word in words)
    )
    return tuple(islice(in_alphabet(matching, principal.language, itemgetter(1)), limit))


def remove(
    tx: Connection, principal: Principal, authority_id: int, typed_name: str, now: datetime
) -> Authority:
    """Remove the authority and all its users, record it and notify them (D14).

    `typed_name` must be its official name, as confirmation.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or it is the principal's own or not managed by theirs.
        NotAccessManagerError: the principal's authority is not an access manager.
        NotConfirmedError: another name was typed.
        StillManagesError: it manages other authorities.
    """
    editor = require_managing_editor(tx, principal, authority_id)
    authority = editor.authority
    if not editor.on_behalf:
        raise NotFoundError("Nobody removes their own authority.")
    if name_key_of(typed_name) != name_key_of(authority.official_name):
        raise NotConfirmedError
    if authority_queries.managed_titles(tx, authority.id, principal.language):
        raise StillManagesError("It still manages others.")
    audit_event = audit.event_about(editor.actor, Act.AUTHORITY_REMOVED, authority_id=authority.id)
    entry_id = audit.record(tx, audit_event, now).id
    notices.queue_notice(
        tx, AuthorityNotice(AuthorityEvent.REMOVED, authority, editor.user, entry_id, {}), now
    )
    for user in queries.all_of(tx, authority.id):
        removal.end_access(tx, editor.user, user, now)
    competences.delete_all(tx, authority.id)
    authorities.remove(tx, authority.id, editor.user.id, now)
    search_index.index(tx, authority.id)
    return authority


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
