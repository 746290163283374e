"""Registers, finds and removes the authorities that an access manager manages (R18, D14, D15)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from operator import itemgetter

from sqlalchemy import Connection

from core.accounts import removal
from core.administration import notices, title_tasks, unlinking
from core.administration import registration as authority_registration
from core.administration.notices import AuthorityEvent, AuthorityNotice
from core.administration.permissions import require_access_manager, require_managing_editor
from core.administration.registration import AuthorityRegistrationRequest
from core.administration.title_tasks import with_translated_title
from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities.rows import authorities, competences, titles
from core.authorities.rows import queries as authority_queries
from core.authorities.rules import Authority, name_key_of
from core.authority_search import rows as search_index
from core.errors import NotConfirmedError, NotFoundError, StillManagesError
from core.languages.sorting import in_alphabet
from core.rulebook import Rulebook
from core.text.transliteration import to_ascii
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import queries, users
from core.users.rules import User


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
    """Return id, title and official name of the authorities that contain all the words.

    They are the managed ones and the principal's own, which an access manager manages too (R24).
    They are in the order of their titles in the alphabet of the principal's language (D25).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotAccessManagerError: their authority is not an access manager.
    """
    _, own = require_access_manager(tx, principal)
    words = _ascii_words(text)
    matching = (
        (authority_id, title, official_name)
        for authority_id, title, official_name in authority_queries.managed_titles(
            tx, own.id, principal.language, with_own=True
        )
        if _has_words(f"{title} {official_name}", words)
    )
    return tuple(islice(in_alphabet(matching, principal.language, itemgetter(1)), limit))


def means_own(tx: Connection, principal: Principal, text: str) -> bool:
    """Return whether the text is in a name of the principal's own authority.

    What is also in a name of an authority that it manages means that one, unless it is the whole
    official name of the principal's own.
    """
    own = authorities.require(tx, principal.authority_id)
    if name_key_of(text) == name_key_of(own.official_name):
        return True
    words = _ascii_words(text)
    translated = titles.translations_of(tx, own.id).values()
    if not words or not _has_words(
        " ".join((own.official_name, own.informal_title, *translated)), words
    ):
        return False
    if not (own.access_manager and principal.administrator):
        return True
    return all(authority_id == own.id for authority_id, *_ in search(tx, principal, text, 2))


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
    # Before the first entry, as by others who lock a user and then record.
    users.lock_all(tx, [user.id for user in queries.all_of(tx, authority.id)])
    audit_event = audit.event_about(editor.actor, Act.AUTHORITY_REMOVED, authority_id=authority.id)
    entry_id = audit.record(tx, audit_event, now).id
    notices.queue_notice(
        tx, AuthorityNotice(AuthorityEvent.REMOVED, authority, editor.user, entry_id, {}), now
    )
    for user in queries.all_of(tx, authority.id):
        removal.end_access(tx, editor.user, user, now)
    competences.delete_all(tx, authority.id)
    unlinking.unlink(tx, authority, authority.modules, now)
    title_tasks.withdraw(tx, authority.id, editor.user, now)
    authorities.remove(tx, authority.id, editor.user.id, now)
    search_index.index(tx, authority.id)
    return authority


def _ascii_words(text: str) -> list[str]:
    # A sign alone, such as `&`, is in no transliterated name.
    typed = (word for word in text.split() if any(map(str.isalnum, word)))
    return [to_ascii(word) or word for word in typed]


def _has_words(name: str, words: Sequence[str]) -> bool:
    ascii_name = to_ascii(name)
    return all(word in ascii_name for word in words)
