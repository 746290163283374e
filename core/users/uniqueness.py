"""What of a wish cannot be: address, username, Slack member of somebody else (R46, R53, D21)."""

from sqlalchemy import Connection

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
    """Return a username that is free at this moment, and in no e-mail to the user (R51, R55)."""
    mailed = MailExposure(first, last, email)

    def is_unfit(username: str) -> bool:
        return mailed.shows(username) or users.is_username_taken(tx, username)

    return usernames.propose(first, last, is_unfit, policy)


def conflicts(
    tx: Connection, wish: NewUser, policy: Policy, but: User | None = None
) -> tuple[InputError, ...]:
    """Return what another user than `but` has; a removed user's username counts too (D8).

    With it a username that the user's own e-mails would show (R55).
    """
    errors: list[InputError] = []
    if _is_anothers(users.find_by_email(tx, wish.email.key), but):
        errors.append(EmailTakenError())
    errors += _refused_username(tx, wish, policy, but)
    if wish.member is not None and _is_anothers(find_owner(tx, wish.member), but):
        errors.append(MemberTakenError())
    return tuple(errors)


def _refused_username(
    tx: Connection, wish: NewUser, policy: Policy, but: User | None
) -> list[InputError]:
    first, last, email = wish.first_name, wish.last_name, wish.email.text
    own = but is not None and but.username == wish.username
    if not own and users.is_username_taken(tx, wish.username):
        return [UsernameTakenError(propose_username(tx, first, last, email, policy))]
    if MailExposure(first, last, email).shows(wish.username):
        return [UsernameMailedError(propose_username(tx, first, last, email, policy))]
    return []


def _is_anothers(found: User | None, but: User | None) -> bool:
    return found is not None and (but is None or found.id != but.id)
