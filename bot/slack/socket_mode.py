"""Socket Mode, watched: a connection silent or refused is replaced before a minute is over."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from core.secret import Secret

log = structlog.get_logger()

# The SDK takes a connection for dead after four of these, and makes a new one by itself.
PING_SECONDS = 5.0
LOOK_SECONDS = 5.0
# Only where the SDK's own way does not help, which its open issues tell of.
PATIENCE_SECONDS = 30.0
CONNECT_SECONDS = 15.0
CLOSE_SECONDS = 2.0


class AppTokenError(RuntimeError):
    """Slack refuses the app token; the text says with which word."""


class SocketModeConnection:
    """Keeps a connection to Slack open; everything that Slack sends goes to the app."""

    def __init__(self, app: AsyncApp, app_token: Secret) -> None:
        self._app = app
        self._token = app_token
        self._handler = self._new_handler()
        self._watching: asyncio.Task[None] | None = None
        self._lost_for = 0.0
        # How many connections Slack knew of when ours was new; above one, who else listens?
        self.connections = 0

    async def start(self) -> None:
        """Connect and watch from now on; where Slack cannot be reached, connect later.

        Raises:
            AppTokenError: Slack refuses the token.
        """
        await self._connect()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Close the connection: Slack sends to nobody, or to another process, from now on."""
        if self._watching is not None:
            self._watching.cancel()
        await self._close()

    async def is_connected(self) -> bool:
        """Say whether Slack can reach the process at this moment."""
        return bool(await self._handler.client.is_connected())

    async def _connect(self) -> None:
        client = self._handler.client
        try:
            opened = await self._app.client.apps_connections_open(app_token=self._token.reveal())
            client.wss_uri = str(opened["url"])
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.connect()  # type: ignore[no-untyped-call] # the SDK's own gap
        except SlackApiError as error:
            code = error.response.get("error")
            log.warning("socket_refused", code=code)
            if code in {"invalid_auth", "not_allowed_token_type", "not_authed", "account_inactive"}:
                raise AppTokenError(f"SLACK_APP_TOKEN: Slack says {code}.") from None
        except Exception as surprise:  # noqa: BLE001 - whatever it is, the watch tries again
            log.warning("socket_not_connected", error=type(surprise).__name__)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._lost_for = 0.0 if await self.is_connected() else self._lost_for + LOOK_SECONDS
            if self._lost_for >= PATIENCE_SECONDS:
                await self._replace()

    async def _replace(self) -> None:
        log.warning("socket_replaced", seconds=self._lost_for)
        await self._close()
        self._handler = self._new_handler()
        self._lost_for = 0.0
        with suppress(AppTokenError):
            await self._connect()

    async def _close(self) -> None:
        with suppress(Exception):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._handler.close_async()  # type: ignore[no-untyped-call]

    def _new_handler(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(
            self._app, self._token.reveal(), ping_interval=PING_SECONDS
        )
        handler.client.message_listeners.append(self._hear)
        return handler

    async def _hear(self, _client: object, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") != "hello":
            return
        first, self.connections = self.connections == 0, int(message.get("num_connections") or 1)
        # Later ones may count our own connection of before.
        if first and self.connections > 1:
            log.warning("app_token_used_elsewhere", connections=self.connections)
