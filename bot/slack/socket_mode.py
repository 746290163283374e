"""A Socket Mode connection to Slack, which a watchdog replaces within a minute if it breaks."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.slack.advice import BAD_TOKEN, WRONG_KIND, app_token_advice
from core.secret import Secret

if TYPE_CHECKING:
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

log = structlog.get_logger()

# The SDK takes a connection for dead after four missed pings, and reconnects by itself.
PING_SECONDS = 5.0
CHECK_SECONDS = 5.0
# The watchdog steps in only if the SDK does not reconnect; its open issues report such cases.
REPLACE_AFTER_SECONDS = 30.0
CONNECT_SECONDS = 15.0
CLOSE_SECONDS = 2.0
REFUSED_TOKENS = BAD_TOKEN | {WRONG_KIND}


class AppTokenError(RuntimeError):
    """Slack refuses the app token; the text contains Slack's error code."""


class SocketModeConnection:
    """Keeps a connection to Slack open and passes everything that Slack sends to the app."""

    def __init__(self, app: AsyncApp, app_token: Secret) -> None:
        self._app = app
        self._token = app_token
        self._handler = self._new_handler()
        self._watchdog: asyncio.Task[None] | None = None
        self._lost_for = 0.0
        # Slack's number of connections when ours was new; above one, another process uses the
        # token.
        self.connections = 0

    async def start(self) -> None:
        """Connect and start the watchdog, which connects later if Slack cannot be reached.

        Raises:
            AppTokenError: Slack refuses the token.
        """
        await self._connect()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Close the connection; Slack then sends to other connections, or to none."""
        if self._watchdog is not None:
            self._watchdog.cancel()
        await self._close()

    async def is_connected(self) -> bool:
        """Return whether Slack can reach the process at this moment."""
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
            if code in REFUSED_TOKENS:
                advice = app_token_advice(code)
                raise AppTokenError(f"SLACK_APP_TOKEN: Slack says {code}. {advice}") from None
        except Exception as error:  # noqa: BLE001 - the watchdog tries again after any error
            log.warning("socket_not_connected", error=type(error).__name__)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            self._lost_for = 0.0 if await self.is_connected() else self._lost_for + CHECK_SECONDS
            if self._lost_for >= REPLACE_AFTER_SECONDS:
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

    def _new_handler(self) -> "AsyncSocketModeHandler":
        # Imported for Socket Mode only, to shorten the start with HTTP (`benchmarks/start.py`).
        from slack_bolt.adapter.socket_mode.async_handler import (  # noqa: PLC0415
            AsyncSocketModeHandler,
        )

        handler = AsyncSocketModeHandler(
            self._app, self._token.reveal(), ping_interval=PING_SECONDS
        )
        handler.client.message_listeners.append(self._on_message)
        return handler

    async def _on_message(self, _client: object, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") != "hello":
            return
        first, self.connections = self.connections == 0, int(message.get("num_connections") or 1)
        # A later connection may count our own earlier one.
        if first and self.connections > 1:
            log.warning("app_token_used_elsewhere", connections=self.connections)
