"""An SMTP server as the settings name it, and whether TLS is needed on the way there."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from core.secret import Secret

_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes, as whom, and when TLS begins: at once, by STARTTLS, or never on loopback."""

    host: str
    port: int
    user: str | None = None
    password: Secret | None = None
    tls_from_start: bool = False
    tls_by_upgrade: bool = True


def parse_smtp_url(url: Secret) -> SmtpServer:
    """Read `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…`; user and password are URL-encoded.

    `smtps` is TLS from the start. `smtp` insists on STARTTLS, except on loopback, where nobody
    listens in and the server's certificate names no such host.

    Raises:
        ValueError: not such a URL; the text does not quote it.
    """
    parsed = _parts_of(url)
    if parsed is None or parsed.scheme not in _PORTS or not parsed.hostname:
        raise ValueError("it must read smtp://USER:PASSWORD@HOST:PORT or smtps://…")
    at_once = parsed.scheme == "smtps"
    return SmtpServer(
        host=parsed.hostname,
        port=parsed.port or _PORTS[parsed.scheme],
        user=None if parsed.username is None else unquote(parsed.username),
        password=None if parsed.username is None else Secret(unquote(parsed.password or "")),
        tls_from_start=at_once,
        tls_by_upgrade=not at_once and not is_loopback_host(parsed.hostname),
    )


def is_loopback_host(host: str) -> bool:
    """Say whether the host is this machine, by its name alone: nobody is asked."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _parts_of(url: Secret) -> SplitResult | None:
    # The library's texts quote what they refuse: the end of a password that has a bare slash.
    try:
        parsed = urlsplit(url.reveal())
        _ = parsed.port
    except ValueError:
        return None
    return parsed
