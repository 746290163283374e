"""How this process is, gathered from the parts that know."""

from collections.abc import Callable
from datetime import datetime

from bot.runtime.hash_pool import HashPool
from bot.slack.heartbeat import Heartbeat
from bot.slack.socket_mode import SocketModeConnection
from core.health.rules import ProcessHealth


class HealthMonitor:
    """Asked by the probes and by `/imi-health`."""

    def __init__(self, pulse: Heartbeat, hashing: HashPool, clock: Callable[[], datetime]) -> None:
        self._pulse = pulse
        self._hashing = hashing
        self._started_at = clock()
        self._socket: SocketModeConnection | None = None

    def watch(self, socket: SocketModeConnection) -> None:
        """Tell of this connection too."""
        self._socket = socket

    async def __call__(self) -> ProcessHealth:
        """Return them as they are now."""
        connected = None if self._socket is None else await self._socket.is_connected()
        return ProcessHealth(
            self._started_at, self._pulse.seen_at, self._hashing.waiting, connected
        )
