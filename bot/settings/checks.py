"""Checks of single settings: secrets, mailboxes, networks and URLs of this machine."""

from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit


def check_secret(name: str, text: str) -> None:
    """Check the format of a secret.

    Raises:
        ValueError: the format is wrong; the error states the expected start or length, and does
            not quote the secret.
    """
    starts = {
        "slack_bot_token": ("xoxb-",),
        "slack_app_token": ("xapp-",),
        "imi_smtp_url": ("smtp://", "smtps://"),
    }
    wanted = starts.get(name)
    if wanted is not None and not text.startswith(wanted):
        raise ValueError("it must begin with " + " or ".join(wanted))
    if name in {"imi_secret_key", "imi_audit_key"}:
        keys = [key.strip() for key in text.split(",")]
        if any(len(key) < 32 for key in keys):  # noqa: PLR2004 - stated in the error and in the setting's description
            raise ValueError("each key in it must have at least 32 characters")


def is_loopback_url(url: str) -> bool:
    """Return whether the URL's host is this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def parse_mailbox(text: str) -> Address:
    """Parse `Name <address>` or a bare address.

    Raises:
        ValueError: it is neither; the error does not quote it.
    """
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(text.splitlines()) > 1:
        raise ValueError("it must be an e-mail address, or Name <address>")
    return Address(name, local, domain)


def parse_networks(text: str) -> str:
    """Return the addresses and networks, separated by commas, in their usual notation.

    `*` is not allowed: every client could forge its address and evade the throttle (D3).

    Raises:
        ValueError: a part is neither an address nor a network.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return ",".join(str(ip_network(part)) for part in parts)
    except ValueError:
        raise ValueError("it must be addresses or networks, such as 10.0.0.1,10.1.0.0/16") from None
