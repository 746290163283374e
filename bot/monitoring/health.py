"""How this process is, gathered from the parts that know."""

from collections.abc import Callable
from datetime import datetime

from bot.runtime.hash_pool import HashPool
from bot.slack.heartbeat import Pulse
from bot.slack.socket_mode import Socket
from core.health.rules import Vitals


class VitalSigns:
    """Asked by the probes and by `/imi-health`."""

    def __init__(self, pulse: Pulse, hashing: HashPool, clock: Callable[[], datetime]) -> None:
        self._pulse = pulse
        self._hashing = hashing
        self._started_at = clock()
        self._socket: Socket | None = None

    def watch(self, socket: Socket) -> None:
        """Tell of this connection too."""
        self._socket = socket

    async def __call__(self) -> Vitals:
        """Return them as they are now."""
        connected = None if self._socket is None else await self._socket.is_connected()
        return Vitals(self._started_at, self._pulse.seen_at, self._hashing.waiting, connected)
