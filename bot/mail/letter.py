"""The data class of an e-mail, and functions that make mailboxes (a name with an address)."""

from dataclasses import dataclass, field
from email.headerregistry import Address

from core.languages.names import full_name
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to one recipient; `repr` hides the texts, which may contain a password."""

    recipient: Address
    language: str
    subject: str
    plain: str = field(repr=False)
    html: str = field(repr=False)


def mailbox(name: str, address: str) -> Address:
    """Return a mailbox; the address must have been checked before."""
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def user_mailbox(user: User) -> Address:
    """Return the user's mailbox; name and address were checked when the user was registered."""
    local, _, domain = user.email.rpartition("@")
    return Address(full_name(user, user.language), local, domain)


def domain_of(mailbox: Address) -> str:
    """Return the mailbox's domain in ASCII."""
    return mailbox.domain.encode("idna").decode("ascii")
