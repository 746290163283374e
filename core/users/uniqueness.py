"""Conflicts of a user's details with other users and with what e-mails expose (R46, R53, D21)."""

from sqlalchemy import Connection

from core.contacts import email_of
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
    tx: Connection, user: NewUser | User, policy: Policy, stored: User | None = None
) -> tuple[InputError, ...]:
    """Return what another user than `stored` has; a removed user's username counts too (D8).

    A username that the user's own e-mails would show is a conflict as well (R55). `stored` is the
    user as they are in the database, None for a new one.
    """
    email = email_of(user.email) if isinstance(user, User) else user.email
    email_holder = users.find_by_email(tx, email.key)
    is_own = stored is not None and stored.username == user.username
    username_taken = not is_own and users.is_username_taken(tx, user.username)
    member_owner = None if user.member is None else find_owner(tx, user.member)
    errors: list[InputError] = []
    if _is_another(email_holder, stored):
        errors.append(EmailTakenError())
    if username_taken or MailExposure(user.first_name, user.last_name, email.text).shows(
        user.username
    ):
        error = UsernameTakenError if username_taken else UsernameMailedError
        proposed = propose_username(tx, user.first_name, user.last_name, email.text, policy)
        errors.append(error(proposed))
    if _is_another(member_owner, stored):
        errors.append(MemberTakenError())
    return tuple(errors)


def _is_another(found: User | None, stored: User | None) -> bool:
    return found is not None and (stored is None or found.id != stored.id)
