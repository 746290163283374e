"""Registering an authority with its first user (R6-R8, R18)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from core.accounts import registration
from core.audit import service as audit
from core.audit.rules import COMMAND_LINE, Act, Actor
from core.authorities.rows import authorities
from core.authorities.rules import Authority, NewAuthority, name_key_of
from core.authority_search import rows as search_index
from core.errors import FormError, NameTakenError
from core.rulebook import Rulebook
from core.users.rules import NewUser, RegistrationRequest, User


def register(tx: Connection, wish: NewAuthority, actor: Actor, now: datetime) -> Authority:
    """Write the authority and its modules, on the record; `register_first` gives it its user.

    Raises:
        FormError: the official name is taken.
    """
    if find_by_name(tx, wish.official_name) is not None:
        raise FormError((NameTakenError(),))
    authority_id = authorities.add(tx, wish, name_key_of(wish.official_name), now)
    audit_event = audit.event_about(
        actor, Act.AUTHORITY_REGISTERED, authority_id=authority_id, modules=list(wish.modules)
    )
    audit.record(tx, audit_event, now)
    search_index.index(tx, authority_id)
    return authorities.require(tx, authority_id)


def register_first(
    tx: Connection,
    authority: Authority,
    wish: NewUser,
    rulebook: Rulebook,
    now: datetime,
) -> User:
    """Register the super user, who receives every role (R6-R8).

    Raises:
        FormError: address, username or member is taken.
    """
    return registration.register(
        tx, first_user_request(authority, wish, rulebook, COMMAND_LINE), rulebook, now
    )


def first_user_request(
    authority: Authority, wish: NewUser, rulebook: Rulebook, actor: Actor
) -> RegistrationRequest:
    """Return the admission of the super user, with every role of the authority (R6-R8)."""
    every = frozenset(rulebook.catalogue.roles_in(authority.modules))
    return RegistrationRequest(authority.id, replace(wish, roles=every), actor)


def find_by_name(tx: Connection, official_name: str) -> Authority | None:
    """Return the authority of this official name, whatever its case and spaces, or None."""
    return authorities.find_by_name(tx, name_key_of(official_name))
