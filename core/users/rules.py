"""What a user is, and what is typed to register one (R41-R48)."""

from dataclasses import dataclass
from datetime import datetime

from core.audit.rules import Actor
from core.contacts import EmailAddress
from core.members.rules import MemberKey
from core.role_keys import ADMINISTRATOR, RoleKey
from core.users.status import AccountStatus


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is typed to register a user; every part is already checked."""

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
    """A registration whose right is already checked; `key` is unique to the form it came from.

    Of one that is `in_bulk` only the user hears; the others hear of all of them together.
    """

    authority_id: int
    wish: NewUser
    actor: Actor
    key: str | None = None
    in_bulk: bool = False


@dataclass(frozen=True, slots=True)
class UserForm:
    """The same as raw texts, as they come from a form, a file or a command line."""

    first_name: str
    last_name: str
    language: str
    email: str
    phone: str
    username: str
    roles: tuple[str, ...] = ()
    member: MemberKey | None = None


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
    username_told_at: datetime | None
    removed_at: datetime | None
    roles: tuple[RoleKey, ...]

    @property
    def full_name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def administrator(self) -> bool:
        """Say whether the user administers their authority (R9)."""
        return ADMINISTRATOR in self.roles
