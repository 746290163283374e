"""Reports the health of this process: Slack contact, Socket Mode, clocks, signatures, hash queue.

The signatures are those of Slack's requests; in the hash queue, passwords wait to be hashed.
"""

from collections.abc import Callable
from datetime import datetime

from bot.runtime.hash_pool import HashPool
from bot.slack.heartbeat import Heartbeat
from bot.slack.request_record import RequestRecord
from bot.slack.socket_mode import SocketModeConnection
from core.health.rules import ProcessHealth


class HealthMonitor:
    """Reports the health of this process to the health endpoints and to `/imi-health`."""

    def __init__(
        self,
        heartbeat: Heartbeat,
        requests: RequestRecord,
        hashing: HashPool,
        clock: Callable[[], datetime],
    ) -> None:
        self._heartbeat = heartbeat
        self._requests = requests
        self._hashing = hashing
        self._started_at = clock()
        self._socket: SocketModeConnection | None = None

    def watch(self, socket: SocketModeConnection) -> None:
        """Report the state of this Socket Mode connection too."""
        self._socket = socket

    async def __call__(self) -> ProcessHealth:
        """Return the health at this moment."""
        connected = None if self._socket is None else await self._socket.is_connected()
        return ProcessHealth(
            started_at=self._started_at,
            slack_seen_at=self._heartbeat.seen_at,
            hashes_waiting=self._hashing.waiting,
            socket=connected,
            clock_ahead=self._heartbeat.slack_clock.ahead,
            signed_requests=self._requests.signed_requests,
        )
