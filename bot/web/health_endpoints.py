"""The health endpoints `/healthz`, `/readyz` and `/metrics`."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.monitoring.metrics import Metrics
from core.faults import rows as faults
from core.faults.rules import InstallationFault
from core.health import service as health
from core.health.rules import ProcessHealth
from core.secret import Secret
from core.store import migration
from core.store.store import Store

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class HealthEndpoints:
    """The ASGI application for these three paths; without a `token`, there is no `/metrics`."""

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        process_health: Callable[[], Awaitable[ProcessHealth]],
        clock: Callable[[], datetime],
        token: Secret | None,
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._process_health = process_health
        self._clock = clock
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.url.path == "/healthz":
            response: Response = PlainTextResponse("ok\n")
        elif request.url.path == "/readyz":
            response = await self._readiness()
        else:
            response = await self._metrics_page(request)
        await response(scope, receive, send)

    async def _readiness(self) -> Response:
        process, now = await self._process_health(), self._clock()
        checks = {
            "database": await self._has_database(),
            "Slack": process.reaches_slack(now) and process.socket is not False,
        }
        lines = [f"{name}: {'ok' if well else 'not reachable'}\n" for name, well in checks.items()]
        lines += [_fault_line(fault) for fault in await self._faults()]
        status = HTTPStatus.OK if all(checks.values()) else HTTPStatus.SERVICE_UNAVAILABLE
        return PlainTextResponse("".join(lines), status)

    async def _has_database(self) -> bool:
        try:
            return await self._store.read(migration.version_of) == migration.newest_version()
        except Exception:  # noqa: BLE001 - each driver raises its own errors
            return False

    async def _faults(self) -> tuple[InstallationFault, ...]:
        """Return the services that refuse the bot; it still answers Slack and serves the portal."""
        try:
            return await self._store.read(faults.all_faults)
        except Exception:  # noqa: BLE001 - the line about the database says so
            return ()

    async def _metrics_page(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return PlainTextResponse("not found\n", HTTPStatus.NOT_FOUND)
        now = self._clock()
        database = await self._store.read(lambda tx: health.current_health(tx, now))
        text = self._metrics.render(database, await self._process_health(), now)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    def _is_allowed(self, request: Request) -> bool:
        """Check the bearer token; a local address proves nothing, since a proxy may be local."""
        token = "" if self._token is None else self._token.reveal().strip()
        if not token:
            return False
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _fault_line(fault: InstallationFault) -> str:
    return (
        f"{fault.service} refuses the bot: {fault.code} at {fault.step},"
        f" since {fault.began_at:%Y-%m-%dT%H:%M}Z\n"
    )
