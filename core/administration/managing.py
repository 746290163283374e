"""What access managers do: register authorities, once each, and remove them (R18, D14, D15)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, Row

from core.accounts import registration, removal
from core.administration import notices
from core.administration import registration as authority_registration
from core.administration.notices import AuthorityEvent, AuthorityNotice
from core.administration.permissions import require_access_manager, require_manager
from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities.details import host_of
from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.authorities.rows import authorities, competences
from core.authorities.rules import Authority, NewAuthority, name_key_of
from core.authority_search import rows as search_index
from core.authority_search.rows import SearchCriteria, SearchTerm
from core.authority_search.rules import MOST_WORDS, folded, words_of
from core.errors import NotConfirmedError, NotFoundError, StillManagesError
from core.rulebook import Rulebook
from core.text.transliteration import to_ascii
from core.users.principals import Principal, require_acting_administrator
from core.users.registration_form import new_user_of
from core.users.rows import queries
from core.users.rules import User, UserForm

MOST_DUPLICATES = 5
# From this likeness on, in per cent, two titles may mean the same authority.
CLOSE = 85
MOST_ALIKE = 100


@dataclass(frozen=True, slots=True)
class FoundingRequest:
    """An authority to be registered, with its first user (R6-R8)."""

    authority: AuthorityForm
    person: UserForm


def likely_duplicates(
    tx: Connection, principal: Principal, typed: AuthorityForm, web_site: str, rulebook: Rulebook
) -> tuple[Authority, ...]:
    """Return those that may be the same: by name, address, web site or a close title (D15).

    Raises:
        NotAdministratorError, NotAccessManagerError: as `rights.require_access_manager`.
        FormError: what is typed of the authority is not acceptable.
    """
    require_access_manager(tx, principal)
    wish, host = new_authority_of(typed, rulebook.catalogue), host_of(web_site)
    words = words_of(f"{wish.official_name} {wish.informal_title}")
    sought = SearchCriteria(tuple(map(SearchTerm, words[:MOST_WORDS])))
    close = search_index.resembling(tx, sought, MOST_ALIKE)
    likely = [
        (likeness, row.id)
        for row in authorities.alike(tx, wish, host, close)
        if (likeness := _likeness(wish, host, row)) >= CLOSE
    ]
    best = sorted(likely, key=lambda one: (-one[0], one[1]))[:MOST_DUPLICATES]
    return tuple(authorities.require(tx, number) for _, number in best)


def register(
    tx: Connection,
    founding: FoundingRequest,
    principal: Principal,
    rulebook: Rulebook,
    now: datetime,
) -> User:
    """Register the authority with its first user; the asker's authority manages it (R6-R8, R18).

    Raises:
        NotAdministratorError, NotAccessManagerError: as `rights.require_access_manager`.
        FormError: something typed is not acceptable, or taken.
    """
    require_acting_administrator(tx, principal)
    by, own = require_access_manager(tx, principal)
    typed = replace(founding.authority, manager_id=own.id)
    wish = new_authority_of(typed, rulebook.catalogue)
    person = new_user_of(founding.person, country=wish.country, policy=rulebook.policy)
    actor = Actor.user(by.id)
    made = authority_registration.register(tx, wish, actor, now)
    return registration.register(
        tx, authority_registration.first_user_request(made, person, rulebook, actor), rulebook, now
    )


def managed(
    tx: Connection, principal: Principal, text: str, most: int
) -> tuple[tuple[int, str, str], ...]:
    """Return id, title and official name of the managed authorities that fit the words.

    Raises:
        NotAdministratorError, NotAccessManagerError: as `rights.require_access_manager`.
    """
    _, own = require_access_manager(tx, principal)
    words = [to_ascii(word) or word for word in text.split()]
    found = (
        one
        for one in authorities.titles_of_managed(tx, own.id, principal.language)
        if all(word in to_ascii(f"{one[1]} {one[2]}") for word in words)
    )
    return tuple(one for one, _ in zip(found, range(most), strict=False))


def remove(
    tx: Connection, principal: Principal, authority_id: int, typed_name: str, now: datetime
) -> Authority:
    """Take the authority out of IMI with its users, on the record (D14).

    Raises:
        NotAdministratorError, NotFoundError, NotAccessManagerError: as `rights.require_manager`;
            nobody removes their own authority.
        NotConfirmedError: the official name was not typed.
        StillManagesError: it is an access manager that looks after others.
    """
    editor = require_manager(tx, principal, authority_id)
    authority = editor.authority
    if not editor.on_behalf:
        raise NotFoundError("Nobody removes their own authority.")
    if name_key_of(typed_name) != name_key_of(authority.official_name):
        raise NotConfirmedError
    if authorities.titles_of_managed(tx, authority.id, principal.language):
        raise StillManagesError("It still manages others.")
    audit_event = audit.event_about(editor.actor, Act.AUTHORITY_REMOVED, authority_id=authority.id)
    entry = audit.record(tx, audit_event, now).id
    notices.tell(
        tx, AuthorityNotice(AuthorityEvent.REMOVED, authority, editor.user, entry, {}), now
    )
    for user in queries.all_of(tx, authority.id):
        removal.end_access(tx, editor.user, user, now)
    competences.drop_all(tx, authority.id)
    authorities.remove(tx, authority.id, editor.user.id, now)
    search_index.index(tx, authority.id)
    return authority


def _likeness(wish: NewAuthority, host: str, row: Row[Any]) -> float:
    """Return from 0 to 100 how much the other one looks like the one that is wished for."""
    same_host = bool(host) and host == host_of(row.web_site or "")
    if row.name_key == name_key_of(wish.official_name) or same_host:
        return 100
    if row.email.casefold() == wish.email.casefold():
        return 100
    ours = (wish.official_name, wish.informal_title)
    theirs = (row.official_name, row.informal_title)
    return max(_close(one, other) for one in ours for other in theirs)


def _close(one: str, other: str) -> float:
    return fuzz.ratio(folded(one), folded(other), score_cutoff=CLOSE)
