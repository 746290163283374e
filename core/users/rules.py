"""Data classes of users: typed form, checked details, registration request, user (R41-R48)."""

from dataclasses import dataclass
from datetime import datetime

from core.audit.rules import Actor
from core.contacts import EmailAddress
from core.members.rules import MemberKey
from core.role_keys import ADMINISTRATOR, RoleKey
from core.users.status import AccountStatus


@dataclass(frozen=True, slots=True)
class UserForm:
    """Raw texts about a user, from a form, a file or the command line.

    `roles` are written `MODULE:ROLE`. A username or telephone that was left out is empty.
    `form_id` identifies the form, to detect a second submission; it is empty outside Slack.
    """

    first_name: str
    last_name: str
    language: str
    email: str
    phone: str
    username: str
    roles: tuple[str, ...] = ()
    member: MemberKey | None = None
    form_id: str = ""


@dataclass(frozen=True, slots=True)
class NewUser:
    """Checked details of a user, to register or to edit one."""

    first_name: str
    last_name: str
    language: str
    email: EmailAddress
    phone: str | None
    username: str
    roles: frozenset[RoleKey]
    member: MemberKey | None = None


@dataclass(frozen=True, slots=True)
class RegistrationRequest:
    """A new user for an authority, requested by an actor whose permission is already checked.

    `key` is an idempotency key: the same request sent twice registers one user. A request that
    is `in_bulk` sends messages only to the user; the caller sends the administrators one message
    about all the new users.
    """

    authority_id: int
    new_user: NewUser
    actor: Actor
    key: str | None = None
    in_bulk: bool = False


@dataclass(frozen=True, slots=True)
class User:
    """A person who has, or had, an account."""

    id: int
    authority_id: int
    first_name: str
    last_name: str
    language: str
    email: str
    phone: str | None
    username: str
    member: MemberKey | None
    status: AccountStatus
    wrong_passwords: int
    password_id: int | None
    registered_at: datetime
    last_signed_in_at: datetime | None
    username_handed_over_at: datetime | None
    removed_at: datetime | None
    roles: tuple[RoleKey, ...]
    unknown_browser_failures: int = 0
    unknown_browser_blocks: int = 0

    @property
    def administrator(self) -> bool:
        """Return whether the user administers their authority (R9)."""
        return ADMINISTRATOR in self.roles


@dataclass(frozen=True, slots=True)
class UserDetails:
    """The details of a user that can be edited, as texts; empty if there is none.

    A form carries those it was opened with, so that an edit by somebody else is noticed (D23).
    """

    first_name: str
    last_name: str
    language: str
    email: str
    phone: str
    username: str
    member: str


def details_of(user: User | NewUser) -> UserDetails:
    """Return the details of a stored user, or of checked input."""
    return UserDetails(
        first_name=user.first_name,
        last_name=user.last_name,
        language=user.language,
        email=user.email if isinstance(user, User) else user.email.text,
        phone=user.phone or "",
        username=user.username,
        member=user.member.member_id if user.member else "",
    )
