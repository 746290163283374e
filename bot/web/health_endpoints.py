"""What those who run the product ask it: is it alive, is it ready, and its numbers."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.monitoring.metrics import Metrics
from core.health import service as health
from core.health.rules import ProcessHealth
from core.secret import Secret
from core.store import migration
from core.store.store import Store

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class HealthEndpoints:
    """An ASGI application for these three paths."""

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        vitals: Callable[[], Awaitable[ProcessHealth]],
        clock: Callable[[], datetime],
        token: Secret | None,
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._vitals = vitals
        self._clock = clock
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.url.path == "/healthz":
            answer: Response = PlainTextResponse("ok\n")
        elif request.url.path == "/readyz":
            answer = await self._ready()
        else:
            answer = await self._numbers(request)
        await answer(scope, receive, send)

    async def _ready(self) -> Response:
        vitals, now = await self._vitals(), self._clock()
        checks = {
            "database": await self._has_database(),
            "Slack": vitals.reaches_slack(now) and vitals.socket is not False,
        }
        lines = [f"{name}: {'ok' if well else 'not reachable'}\n" for name, well in checks.items()]
        status = HTTPStatus.OK if all(checks.values()) else HTTPStatus.SERVICE_UNAVAILABLE
        return PlainTextResponse("".join(lines), status)

    async def _has_database(self) -> bool:
        try:
            return await self._store.read(migration.version_of) == migration.newest_version()
        except Exception:  # noqa: BLE001 - whatever the driver raises, the database is not there
            return False

    async def _numbers(self, request: Request) -> Response:
        if not self._may_read(request):
            return PlainTextResponse("not found\n", HTTPStatus.NOT_FOUND)
        now = self._clock()
        found = await self._store.read(lambda tx: health.current_health(tx, now))
        text = self._metrics.text(found, await self._vitals(), now)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    def _may_read(self, request: Request) -> bool:
        """Say whether the request has the token; without one set, whether it is of this machine."""
        if self._token is not None:
            said = request.headers.get("authorization", "")
            wanted = f"Bearer {self._token.reveal()}"
            return hmac.compare_digest(said.encode(), wanted.encode())
        try:
            return request.client is not None and ip_address(request.client.host).is_loopback
        except ValueError:
            return False
