"""Limits the number of open connections, in total and for each client address."""

import resource
from ipaddress import ip_address, ip_network
from typing import Protocol

from bot.runtime.client_networks import network_of
from bot.web.slack_addresses import SlackAddresses

# Open connections, idle ones included; the largest holder's oldest idle one gives way to a new one.
MAX_CONNECTIONS = 1000
# Colleagues behind one address rarely need more at once.
MAX_FROM_ONE_ADDRESS = 100
# Open files kept for the database, Slack, mail and files; without a free one, no connection is
# accepted.
OTHER_FILES = 200


class Connection(Protocol):
    """An open connection of the HTTP server."""

    def is_waiting(self) -> bool:
        """Return whether the server waits for the client's next request, or the rest of one."""

    def drop(self) -> None:
        """Close the connection."""


class ConnectionLimits:
    """Counts open connections, and drops waiting ones when there are too many.

    Trusted proxies and Slack have no limit of their own: a proxy's connections belong to many
    clients, whose requests are counted by `bot.web.request_shares`.
    """

    def __init__(self, trusted_proxies: str, slack: SlackAddresses) -> None:
        self._proxies = [ip_network(part) for part in trusted_proxies.split(",") if part]
        self._slack = slack
        # By address; the oldest connection first.
        self._open: dict[str, dict[Connection, None]] = {}
        self._address_of: dict[Connection, str] = {}
        self._most = most_connections(resource.getrlimit(resource.RLIMIT_NOFILE)[0])

    def add(self, connection: Connection, address: str) -> None:
        """Count a new connection; if that is one too many, drop a waiting one, or else this one."""
        key = network_of(address)
        self._open.setdefault(key, {})[connection] = None
        self._address_of[connection] = key
        if not self._is_exempt(key) and len(self._open[key]) > MAX_FROM_ONE_ADDRESS:
            self._drop(self._oldest_waiting(key, connection) or connection)
        if len(self._address_of) > self._most:
            self._make_room_for(connection)

    def remove(self, connection: Connection) -> None:
        """Stop counting a connection that is closed."""
        key = self._address_of.pop(connection, None)
        if key is None:
            return
        self._open[key].pop(connection)
        if not self._open[key]:
            del self._open[key]

    def _drop(self, connection: Connection) -> None:
        self.remove(connection)
        connection.drop()

    def _make_room_for(self, newest: Connection) -> None:
        """Drop the oldest waiting connection of the largest holder; Slack and proxies come last."""
        largest = max(self._open, key=lambda key: len(self._open[key]))
        oldest = None if self._is_exempt(largest) else self._oldest_waiting(largest, newest)
        if oldest is None:
            by_size = sorted(
                self._open, key=lambda key: (self._is_exempt(key), -len(self._open[key]))
            )
            candidates = (self._oldest_waiting(key, newest) for key in by_size)
            oldest = next(filter(None, candidates), None)
        self._drop(oldest or newest)

    def _oldest_waiting(self, key: str, newest: Connection) -> Connection | None:
        waiting = (one for one in self._open[key] if one is not newest and one.is_waiting())
        return next(waiting, None)

    def _is_exempt(self, key: str) -> bool:
        return key in self._slack or self._is_proxy(key)

    def _is_proxy(self, key: str) -> bool:
        if "/" in key:
            own = ip_network(key)
            return any(
                own.version == proxy.version and own.overlaps(proxy) for proxy in self._proxies
            )
        return any(ip_address(key) in proxy for proxy in self._proxies)


def most_connections(open_files: int) -> int:
    """Return the number of connections that this process's limit of open files allows."""
    if open_files == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return min(MAX_CONNECTIONS, open_files - min(OTHER_FILES, open_files // 2))
