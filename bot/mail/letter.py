"""A letter as a value, and the people it goes between."""

from dataclasses import dataclass, field
from email.headerregistry import Address

from core.users.rules import User


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person reads; the texts do not print, as they may hold a password."""

    recipient: Address
    language: str
    subject: str
    plain: str = field(repr=False)
    html: str = field(repr=False)


def mailbox(name: str, address: str) -> Address:
    """Return the mailbox of that name; `address` is a checked one."""
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def user_mailbox(user: User) -> Address:
    """Return the user's name and address; the parts were checked when they were typed."""
    local, _, domain = user.email.rpartition("@")
    return Address(user.full_name, local, domain)


def domain_of(mailbox: Address) -> str:
    """Return the mailbox's domain in ASCII."""
    return mailbox.domain.encode("idna").decode("ascii")
