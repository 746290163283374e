"""The health endpoints `/healthz`, `/readyz` and `/metrics`."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.monitoring.database_probe import DatabaseProbe, DatabaseState
from bot.monitoring.metrics import Metrics
from core.health import service as health
from core.health.rules import ProcessHealth
from core.secret import Secret
from core.store.outages import DatabaseAwayError
from core.store.store import Store

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class HealthEndpoints:
    """The ASGI application for these three paths; `token` protects `/metrics`."""

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
        self._database_probe = DatabaseProbe(store, clock)

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
        reaches_slack = process.reaches_slack(now) and process.socket is not False
        checks = {
            "database": await self._database_probe.state(),
            "Slack": "ok" if reaches_slack else "not reachable",
        }
        lines = [f"{name}: {state}\n" for name, state in checks.items()]
        well = all(state == "ok" for state in checks.values())
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        return PlainTextResponse("".join(lines), status)

    async def _metrics_page(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return PlainTextResponse("not found\n", HTTPStatus.NOT_FOUND)
        now = self._clock()
        try:
            database = await self._store.read(lambda tx: health.current_health(tx, now))
        except DatabaseAwayError:
            away = f"database: {DatabaseState.AWAY}\n"
            return PlainTextResponse(away, HTTPStatus.SERVICE_UNAVAILABLE)
        text = self._metrics.render(database, await self._process_health(), now)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    def _is_allowed(self, request: Request) -> bool:
        """Check the bearer token; if none is set, allow requests from this machine only."""
        if self._token is not None:
            given = request.headers.get("authorization", "")
            expected = f"Bearer {self._token.reveal()}"
            return hmac.compare_digest(given.encode(), expected.encode())
        try:
            return request.client is not None and ip_address(request.client.host).is_loopback
        except ValueError:
            return False
