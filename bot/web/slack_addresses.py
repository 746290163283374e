"""Remembers the IP addresses from which requests signed by Slack came within the last hour.

The limits for each client do not apply to these addresses.
"""

import time
from collections.abc import Callable

from bot.runtime.client_networks import network_of

# Slack sends from many addresses, which change slowly.
REMEMBERED_SECONDS = 60 * 60


class SlackAddresses:
    """Remembers the address of each signed request for an hour."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen_at: dict[str, float] = {}

    def add(self, address: str) -> None:
        """Remember that Slack sent a request from this address, and forget the outdated ones."""
        now = self._now()
        self._seen_at = {
            key: at for key, at in self._seen_at.items() if now - at <= REMEMBERED_SECONDS
        }
        self._seen_at[network_of(address)] = now

    def __contains__(self, address: str) -> bool:
        """Return whether Slack sent a request from this address within the last hour."""
        seen_at = self._seen_at.get(network_of(address))
        return seen_at is not None and self._now() - seen_at <= REMEMBERED_SECONDS
