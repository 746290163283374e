"""Conflicts of a user's details with other users and with what e-mails expose (R46, R53, D21)."""

from sqlalchemy import Connection

from core.contacts import EmailAddress, email_of
from core.errors import (
    EmailTakenError,
    InputError,
    MemberTakenError,
    UsernameMailedError,
    UsernameTakenError,
)
from core.policy import Policy
from core.users import usernames
from core.users.mail_exposure import MailExposure
from core.users.member_links import find_owner
from core.users.rows import users
from core.users.rules import NewUser, User


def propose_username(tx: Connection, first: str, last: str, email: str, policy: Policy) -> str:
    """Return a username that is free at this moment and in no e-mail to the user (R51, R55)."""
    exposure = MailExposure(first, last, email)

    def is_unfit(username: str) -> bool:
        return exposure.shows(username) or users.is_username_taken(tx, username)

    return usernames.propose(first, last, is_unfit, policy)


def conflicts(
    tx: Connection, details: NewUser | User, policy: Policy, owner: User | None = None
) -> tuple[InputError, ...]:
    """Return what another user than `owner` has; a removed user's username counts too (D8).

    A username that the user's own e-mails would show is a conflict as well (R55). `owner` is the
    user who gets the details, None for a new one.
    """
    email = _email_of(details)
    errors: list[InputError] = []
    if _is_anothers(users.find_by_email(tx, email.key), owner):
        errors.append(EmailTakenError())
    errors += _username_conflicts(tx, details, email, policy, owner)
    if details.member is not None and _is_anothers(find_owner(tx, details.member), owner):
        errors.append(MemberTakenError())
    return tuple(errors)


def _email_of(details: NewUser | User) -> EmailAddress:
    return email_of(details.email) if isinstance(details, User) else details.email


def _username_conflicts(
    tx: Connection,
    details: NewUser | User,
    email: EmailAddress,
    policy: Policy,
    owner: User | None,
) -> list[InputError]:
    first, last, username = details.first_name, details.last_name, details.username
    is_own = owner is not None and owner.username == username
    if not is_own and users.is_username_taken(tx, username):
        return [UsernameTakenError(propose_username(tx, first, last, email.text, policy))]
    if MailExposure(first, last, email.text).shows(username):
        return [UsernameMailedError(propose_username(tx, first, last, email.text, policy))]
    return []


def _is_anothers(found: User | None, owner: User | None) -> bool:
    return found is not None and (owner is None or found.id != owner.id)
