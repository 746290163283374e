"""Checks that no other user has the same address, username or Slack member (R46, R53, D21).

The username must not occur in e-mails to the user either (R55). A free username is proposed.
"""

from collections.abc import Collection
from dataclasses import dataclass

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
from core.users.member_links import confirmed_address, find_owner_by_address
from core.users.rows import taken_values, users
from core.users.rows.taken_values import TakenValues, UniqueValues
from core.users.rules import NewUser, User


@dataclass(frozen=True, slots=True)
class Candidate:
    """Details of a user to check; `stored` is the user in the database, None for a new one.

    `shown` are texts that e-mails to the user show beside their name and address, such as
    `authority_texts` gives.
    """

    user: NewUser | User
    stored: User | None = None
    shown: Collection[str] = ()

    @property
    def exposure(self) -> MailExposure:
        """Return what the e-mails show."""
        user = self.user
        email = user.email if isinstance(user, User) else user.email.text
        return MailExposure(user.first_name, user.last_name, email, self.shown)


def propose_username(
    tx: Connection, first: str, last: str, exposure: MailExposure, policy: Policy
) -> str:
    """Return a username that is free at this moment and in no e-mail to the user (R51, R55)."""

    def is_unfit(username: str) -> bool:
        return exposure.shows(username) or users.is_username_taken(tx, username)

    return usernames.propose(first, last, is_unfit, policy)


def find_taken_values(
    tx: Connection, user: NewUser | User, registration: str | None = None
) -> TakenValues:
    """Return the users who have this address, username, member or registration key."""
    return taken_values.find(
        tx, UniqueValues(_email_of(user).key, user.username, user.member, registration)
    )


def conflicts(tx: Connection, candidate: Candidate, policy: Policy) -> tuple[InputError, ...]:
    """Return an error for each value that another user has; removed users' usernames count (D8).

    A username that the user's own e-mails would show is an error as well (R55).
    """
    return conflicts_with(tx, find_taken_values(tx, candidate.user), candidate, policy)


def conflicts_with(
    tx: Connection, taken: TakenValues, candidate: Candidate, policy: Policy
) -> tuple[InputError, ...]:
    """Return the same as `conflicts`, for taken values that the caller has already found."""
    user, exposure = candidate.user, candidate.exposure
    own_id = None if candidate.stored is None else candidate.stored.id
    username_taken = taken.username not in (None, own_id)
    errors: list[InputError] = []
    if taken.email not in (None, own_id):
        errors.append(EmailTakenError())
    if username_taken or exposure.shows(user.username):
        error = UsernameTakenError if username_taken else UsernameMailedError
        proposed = propose_username(tx, user.first_name, user.last_name, exposure, policy)
        errors.append(error(proposed))
    if _member_owner(tx, taken, user) not in (None, own_id):
        errors.append(MemberTakenError())
    return tuple(errors)


def _member_owner(tx: Connection, taken: TakenValues, user: NewUser | User) -> int | None:
    """Return the user who has the member, or whom the member's next command links to it (D21)."""
    address = None if user.member is None else confirmed_address(taken.member_email)
    if taken.member is not None or address is None:
        return taken.member
    if taken.email is None and address.key == _email_of(user).key:
        return None
    owner = find_owner_by_address(tx, address)
    return None if owner is None else owner.id


def _email_of(user: NewUser | User) -> EmailAddress:
    return email_of(user.email) if isinstance(user, User) else user.email
