"""Checks and normalises the values of settings: secrets, mailboxes, networks and URLs."""

from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

# Limits of the days before the expiry of a password at which its user is reminded (D6).
MOST_REMINDERS = 5
LONGEST_REMINDER = 180
NO_WEB_ADDRESS = "it must be the address of a web server, such as https://host.example"


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


def api_url(url: str) -> str:
    """Return the URL of Slack's Web API, with a final slash.

    Raises:
        ValueError: it is none; the error does not quote it.
    """
    _require_web_address(url)
    return url.rstrip("/") + "/"


def public_url(url: str) -> str:
    """Return the URL of the portal, without a final slash.

    It has nothing behind the host: the portal's pages and cookies are at the root.

    Raises:
        ValueError: it is none, or has a path, a query or a fragment; the error does not quote it.
    """
    parts = _require_web_address(url)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            "it must end with the host, without a path, such as https://imi.authority.example: the "
            "portal needs a host name of its own"
        )
    return url.rstrip("/")


def database_url(url: str) -> str:
    """Return the URL of a database that the product supports.

    Raises:
        ValueError: it is none; the error does not quote it.
    """
    is_sqlite = url.startswith("sqlite:///") and url.removeprefix("sqlite:///") not in {
        "",
        ":memory:",
    }
    if not is_sqlite and not url.startswith(("postgresql://", "postgresql+asyncpg://")):
        raise ValueError("it must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    try:
        make_url(url)
    except (ValueError, ArgumentError):
        raise ValueError("it cannot be read; write @ : / in its password as %40 %3A %2F") from None
    return url


def mailbox_text(text: str) -> str:
    """Return the text, which `parse_mailbox` accepts.

    Raises:
        ValueError: as there.
    """
    parse_mailbox(text)
    return text


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


def parse_reminder_days(text: object) -> object:
    """Return the days before the expiry of a password at which its user is reminded, in order.

    Raises:
        ValueError: they are no whole numbers from 1 to 180, separated by commas, or one of them
            stands there twice, or there are more than five.
    """
    if not isinstance(text, str):
        return text
    parts = [part.strip() for part in text.split(",")]
    days = [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 4]  # noqa: PLR2004 - 180 has three digits
    is_in_range = len(days) == len(parts) and all(1 <= day <= LONGEST_REMINDER for day in days)
    if not is_in_range or len(set(days)) < len(days) or len(days) > MOST_REMINDERS:
        raise ValueError(
            f"it must be up to {MOST_REMINDERS} different whole numbers from 1 to "
            f"{LONGEST_REMINDER}, separated by commas, such as 14,7,1"
        )
    return tuple(sorted(days, reverse=True))


def _require_web_address(url: str) -> SplitResult:
    """Return the parts of a web server's URL, over TLS unless it is on this machine."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("it must begin with https://")
    if url.startswith("http://") and not is_loopback_url(url):
        raise ValueError("it must begin with https://, unless it is on this machine")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError(NO_WEB_ADDRESS) from None
    if not parts.hostname or parts.username is not None or any(map(str.isspace, url)):
        raise ValueError(NO_WEB_ADDRESS)
    return parts
