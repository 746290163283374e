"""Parses `IMI_SMTP_URL` into the server's host, port, login and TLS mode."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from core.secret import Secret

_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Host, login and TLS of the server: from the start, by STARTTLS, or none on loopback."""

    host: str
    port: int
    user: str | None = None
    password: Secret | None = None
    tls_from_start: bool = False
    tls_by_upgrade: bool = True


def parse_smtp_url(url: Secret) -> SmtpServer:
    """Parse `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…`; user and password are URL-encoded.

    `smtps` is TLS from the start. `smtp` requires STARTTLS, except on loopback, where nobody can
    listen in and certificates do not match the host.

    Raises:
        ValueError: it is no such URL; the error does not quote it.
    """
    parsed = _parts_of(url)
    if parsed is None or parsed.scheme not in _PORTS or not parsed.hostname:
        raise ValueError("it must read smtp://USER:PASSWORD@HOST:PORT or smtps://…")
    tls_from_start = parsed.scheme == "smtps"
    return SmtpServer(
        host=parsed.hostname,
        port=parsed.port or _PORTS[parsed.scheme],
        user=None if parsed.username is None else unquote(parsed.username),
        password=None if parsed.username is None else Secret(unquote(parsed.password or "")),
        tls_from_start=tls_from_start,
        tls_by_upgrade=not tls_from_start and not is_loopback_host(parsed.hostname),
    )


def is_loopback_host(host: str) -> bool:
    """Return whether the host is this machine, by its name alone, without a DNS query."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _parts_of(url: Secret) -> SplitResult | None:
    # The library's errors quote parts of the URL, such as a password with an unescaped slash.
    try:
        parsed = urlsplit(url.reveal())
        _ = parsed.port
    except ValueError:
        return None
    return parsed
