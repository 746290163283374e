"""The HTTP endpoints for monitoring: `/healthz`, `/readyz` and `/metrics`."""

import hmac
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.monitoring.database_probe import DatabaseProbe, DatabaseState
from bot.monitoring.metrics import Metrics
from core.faults import rows as faults
from core.faults.rules import InstallationFault
from core.health import service as health
from core.health.rules import ProcessHealth
from core.secret import Secret
from core.store.outages import DatabaseUnavailableError
from core.store.store import Store

LIVENESS_PATH = "/healthz"
PATHS = frozenset({LIVENESS_PATH, "/readyz", "/metrics"})


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
        self._database_probe = DatabaseProbe(store, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.url.path == LIVENESS_PATH:
            response: Response = PlainTextResponse("ok\n")
        elif request.url.path == "/readyz":
            response = await self._readiness(request.query_params.getlist("only"))
        else:
            response = await self._metrics_page(request)
        await response(scope, receive, send)

    async def _readiness(self, only: list[str]) -> Response:
        if only == ["database"]:
            return await self._readiness_of_database()
        if only:
            return PlainTextResponse("only=database is the one choice\n", HTTPStatus.BAD_REQUEST)
        process, now = await self._process_health(), self._clock()
        reaches_slack = process.reaches_slack(now) and process.socket is not False
        database = await self._database_probe.state()
        checks = {
            "database": database,
            "Slack": "ok" if reaches_slack else "not reachable",
        }
        lines = [f"{name}: {state}\n" for name, state in checks.items()]
        lines += _warnings(process)
        if database == DatabaseState.OK:
            lines += [_fault_line(fault) for fault in await self._faults()]
        well = all(state == "ok" for state in checks.values())
        is_ready = well and not process.refuses_slack_for_its_clock
        status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return PlainTextResponse("".join(lines), status)

    async def _readiness_of_database(self) -> Response:
        """Answer for the database alone: the portal needs no Slack (D2).

        A load balancer asks for this, so that it keeps its replicas while Slack is unavailable.
        """
        state = await self._database_probe.state()
        is_ready = state == DatabaseState.OK
        status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return PlainTextResponse(f"database: {state}\n", status)

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
        try:
            database = await self._store.read(lambda tx: health.current_health(tx, now))
        except DatabaseUnavailableError:
            message = f"database: {DatabaseState.UNAVAILABLE}\n"
            return PlainTextResponse(message, HTTPStatus.SERVICE_UNAVAILABLE)
        state = await self._database_probe.state()
        self._metrics.record_database(is_writable=state == DatabaseState.OK)
        text = self._metrics.render(database, await self._process_health(), now)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    def _is_allowed(self, request: Request) -> bool:
        """Check the bearer token; a local address proves nothing, since a proxy may be local."""
        token = "" if self._token is None else self._token.reveal().strip()
        if not token:
            return False
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _warnings(process: ProcessHealth) -> Iterator[str]:
    """Yield the problems of the requests that Slack sends."""
    if process.clock_differs and process.clock_ahead is not None:
        seconds = round(process.clock_ahead.total_seconds())
        direction = "ahead of" if seconds > 0 else "behind"
        effect = "; its requests are refused" if process.refuses_slack_for_its_clock else ""
        yield f"clock: {abs(seconds)} seconds {direction} Slack's{effect}\n"
    if process.has_doubtful_secret:
        wrong = process.signed_requests.wrong
        yield f"signatures: {wrong} wrong, none right; check SLACK_SIGNING_SECRET\n"


def _fault_line(fault: InstallationFault) -> str:
    return (
        f"{fault.service} refuses the bot: {fault.code} at {fault.step},"
        f" since {fault.began_at:%Y-%m-%dT%H:%M}Z\n"
    )
