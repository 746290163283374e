"""`imi-bot run`: runs the product until SIGTERM or Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import typer
import uvloop
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.cli.failures import failure, settings_or_exit
from bot.database import NotReadyError
from bot.monitoring.logs import set_up_logs
from bot.settings.settings import Settings
from bot.slack.socket_mode import AppTokenError
from bot.wiring import RunningProduct, running_product
from core.store.store import DatabaseUrlError

T = TypeVar("T")


def run() -> None:
    """Answer Slack, serve the portal and send due messages, until SIGTERM or Ctrl-C."""
    settings = settings_or_exit()
    set_up_logs()
    try:
        uvloop.run(_run(settings))
    except (NotReadyError, DatabaseUrlError, AppTokenError) as error:
        raise failure(str(error)) from None
    except SlackApiError as error:
        raise failure(f"SLACK_BOT_TOKEN: Slack says {error.response['error']}.") from None
    except (SlackClientError, OSError) as error:
        raise failure(f"It cannot start: {type(error).__name__}. Try: imi-bot doctor") from None


async def _run(settings: Settings) -> None:
    def announce(product: RunningProduct) -> None:
        typer.echo(f"Portal on {settings.imi_http_host}, port {product.port}. Ctrl-C ends it.")

    await run_until_stopped(running_product(settings), announce)


async def run_until_stopped(
    service: AbstractAsyncContextManager[T], on_start: Callable[[T], None]
) -> None:
    """Run the service until SIGTERM or Ctrl-C; a signal during its start cancels the start."""
    stopped, task = asyncio.Event(), asyncio.current_task()
    is_starting = True

    def stop() -> None:
        stopped.set()
        if is_starting and task is not None:
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        async with service as running:
            is_starting = False
            on_start(running)
            await stopped.wait()
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
