"""Checks of single settings."""

from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
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
    """Say whether the URL's host is this machine."""
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
