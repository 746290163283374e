"""Registration of an authority and of its first user (R6-R8, R18)."""

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


def register(tx: Connection, new: NewAuthority, actor: Actor, now: datetime) -> Authority:
    """Insert the authority and its modules, and record it in the audit trail.

    It has no users yet; see `register_first_user`.

    Raises:
        FormError: the official name is taken.
    """
    if find_by_name(tx, new.official_name) is not None:
        raise FormError((NameTakenError(),))
    authority_id = authorities.add(tx, new, name_key_of(new.official_name), now)
    audit_event = audit.event_about(
        actor, Act.AUTHORITY_REGISTERED, authority_id=authority_id, modules=list(new.modules)
    )
    audit.record(tx, audit_event, now)
    search_index.index(tx, authority_id)
    return authorities.require(tx, authority_id)


def register_first_user(
    tx: Connection,
    authority: Authority,
    new_user: NewUser,
    rulebook: Rulebook,
    now: datetime,
) -> User:
    """Register the first user, who receives every role, from the command line (R6-R8).

    Raises:
        FormError: the e-mail address, the username or the Slack member is taken.
    """
    return registration.register(
        tx, first_user_request(authority, new_user, rulebook, COMMAND_LINE), rulebook, now
    )


def first_user_request(
    authority: Authority, new_user: NewUser, rulebook: Rulebook, actor: Actor
) -> RegistrationRequest:
    """Return the first user's registration request with every role of the authority (R6-R8)."""
    every_role = frozenset(rulebook.catalogue.roles_in(authority.modules))
    return RegistrationRequest(authority.id, replace(new_user, roles=every_role), actor)


def find_by_name(tx: Connection, official_name: str) -> Authority | None:
    """Return the authority with this official name, ignoring case and extra spaces, or None."""
    return authorities.find_by_name(tx, name_key_of(official_name))
