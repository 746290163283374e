"""Registers an authority together with its first user, in one transaction (R6-R8, R18)."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.accounts import registration
from core.audit import service as audit
from core.audit.rules import COMMAND_LINE, Act, Actor
from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.authorities.rows import authorities
from core.authorities.rules import Authority, NewAuthority, name_key_of
from core.authority_search import rows as search_index
from core.errors import FormError, NameTakenError
from core.rulebook import Rulebook
from core.users import uniqueness
from core.users.mail_exposure import MailExposure, authority_texts
from core.users.registration_form import new_user_of
from core.users.rules import RegistrationRequest, User, UserForm


@dataclass(frozen=True, slots=True)
class AuthorityRegistrationRequest:
    """The typed data of a new authority and of its first user (R6-R8)."""

    authority: AuthorityForm
    first_user: UserForm


def register_with_first_user(
    tx: Connection,
    request: AuthorityRegistrationRequest,
    actor: Actor,
    rulebook: Rulebook,
    now: datetime,
) -> User:
    """Register the authority and its first user, and return the user (R6-R8, R18).

    The caller checks the permission to register.

    Raises:
        FormError: a field is invalid, or a value that must be unique is taken.
    """
    new = new_authority_of(request.authority, rulebook.catalogue)
    new_user = new_user_of(request.first_user, country=new.country, policy=rulebook.policy)
    authority = register(tx, new, actor, now)
    every_role = frozenset(rulebook.catalogue.roles_in(authority.modules))
    first_user = RegistrationRequest(authority.id, replace(new_user, roles=every_role), actor)
    return registration.register(tx, first_user, rulebook, now)


def register_from_command_line(
    tx: Connection, request: AuthorityRegistrationRequest, rulebook: Rulebook, now: datetime
) -> User:
    """Register an authority from the command line, with a proposed username if none was typed.

    Raises:
        FormError: a field is invalid, or a value that must be unique is taken.
    """
    proposed = replace(request, first_user=_with_username(tx, request, rulebook))
    return register_with_first_user(tx, proposed, COMMAND_LINE, rulebook, now)


def register(tx: Connection, new: NewAuthority, actor: Actor, now: datetime) -> Authority:
    """Insert the authority and its modules, and record it in the audit trail.

    It has no users yet; see `register_with_first_user`.

    Raises:
        FormError: the official name is taken.
    """
    require_free_name(tx, new.official_name)
    try:
        with tx.begin_nested():
            authority_id = authorities.add(tx, new, name_key_of(new.official_name), now)
    except IntegrityError:
        # Another transaction took the name after the query.
        raise FormError((NameTakenError(),)) from None
    audit_event = audit.event_about(
        actor, Act.AUTHORITY_REGISTERED, authority_id=authority_id, modules=list(new.modules)
    )
    audit.record(tx, audit_event, now)
    search_index.index(tx, authority_id)
    return authorities.require(tx, authority_id)


def require_free_name(tx: Connection, official_name: str) -> None:
    """Check that no authority has this official name.

    Raises:
        FormError: one has it.
    """
    if find_by_name(tx, official_name) is not None:
        raise FormError((NameTakenError(),))


def find_by_name(tx: Connection, official_name: str) -> Authority | None:
    """Return the authority with this official name, ignoring case and extra spaces, or None."""
    return authorities.find_by_name(tx, name_key_of(official_name))


def _with_username(
    tx: Connection, request: AuthorityRegistrationRequest, rulebook: Rulebook
) -> UserForm:
    form, shown = request.first_user, authority_texts(request.authority)
    if form.username:
        return form
    exposure = MailExposure(form.first_name, form.last_name, form.email, shown)
    proposed = uniqueness.propose_username(
        tx, form.first_name, form.last_name, exposure, rulebook.policy
    )
    return replace(form, username=proposed)
