"""Limits the requests in progress: for each client, and in total for all clients except Slack."""

from collections import Counter
from http import HTTPStatus

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.runtime.client_networks import network_of
from bot.web.slack_addresses import SlackAddresses

# Behind a proxy, a connection does not belong to one client; so requests are counted too.
MAX_OF_ONE_CLIENT = 100
# The share of the portal and the health endpoints; the other connections are left for Slack.
MAX_OF_OTHERS = 500

_busy = PlainTextResponse(
    "Busy. Please try again in a few seconds.\n",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "5", "Connection": "close"},
)


class ShareOfClients:
    """Middleware that refuses further requests of a client that has too many in progress.

    Addresses from which Slack sends have no limit.
    """

    def __init__(self, app: ASGIApp, slack: SlackAddresses) -> None:
        self._app = app
        self._slack = slack
        self._in_progress: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        client = scope.get("client")
        key = network_of(client[0]) if client else ""
        if self._in_progress[key] >= MAX_OF_ONE_CLIENT and key not in self._slack:
            await _busy(scope, receive, send)
            return
        self._in_progress[key] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_progress[key] -= 1
            if not self._in_progress[key]:
                del self._in_progress[key]


class ShareOfConnections:
    """Middleware that refuses further requests while too many are in progress in all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._in_progress = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._in_progress >= MAX_OF_OTHERS:
            await _busy(scope, receive, send)
            return
        self._in_progress += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_progress -= 1
