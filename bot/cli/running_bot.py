"""The address at which commands ask the bot that runs on this machine."""

# The address of this machine itself, by the one on which the bot listens for all.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing listens there


def address_of(listening: str) -> str:
    """Return the address that reaches a server which listens on that one."""
    return _LOOPBACK.get(listening, listening)


def url_of(listening: str, port: int, path: str) -> str:
    """Return the URL of a page of a server which listens there; IPv6 stands in brackets."""
    address = address_of(listening)
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}:{port}{path}"
