"""Registers an authority together with its first user, as the command line does (R6-R8)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from core.administration import registration
from core.administration.managed_authorities import AuthorityRegistrationRequest
from core.audit.rules import COMMAND_LINE
from core.authorities.registration_form import new_authority_of
from core.rulebook import Rulebook
from core.users import uniqueness
from core.users.registration_form import new_user_of
from core.users.rules import User, UserForm


def register(
    tx: Connection, request: AuthorityRegistrationRequest, rulebook: Rulebook, now: datetime
) -> User:
    """Register the authority and its first user; propose a username where none is given.

    Raises:
        FormError: a field is not acceptable, or its value is taken.
    """
    new_authority = new_authority_of(request.authority, rulebook.catalogue)
    new_user = new_user_of(
        _with_username(tx, request.first_user, rulebook),
        country=new_authority.country,
        policy=rulebook.policy,
    )
    authority = registration.register(tx, new_authority, COMMAND_LINE, now)
    return registration.register_first_user(tx, authority, new_user, rulebook, now)


def _with_username(tx: Connection, person: UserForm, rulebook: Rulebook) -> UserForm:
    if person.username:
        return person
    proposed = uniqueness.propose_username(
        tx, person.first_name, person.last_name, person.email, rulebook.policy
    )
    return replace(person, username=proposed)
