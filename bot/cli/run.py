"""`imi-bot run`: runs the product until SIGTERM or Ctrl-C."""

import asyncio
import gc
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import typer
import uvloop

from bot.cli.failures import expected_errors, settings_or_exit
from bot.monitoring.logs import set_up_logs
from bot.runtime.service_manager import READY, STOPPING, notify_service_manager
from bot.settings.settings import Settings
from bot.wiring import RunningProduct, running_product

T = TypeVar("T")


def run() -> None:
    """Answer Slack, serve the portal and send due messages, until SIGTERM or Ctrl-C."""
    settings = settings_or_exit()
    set_up_logs()
    with expected_errors():
        uvloop.run(_run(settings))


async def _run(settings: Settings) -> None:
    def announce(product: RunningProduct) -> None:
        notify_service_manager(READY)
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
            # Excludes the objects of the start from garbage collection, which would stop the event
            # loop.
            gc.freeze()
            on_start(running)
            await stopped.wait()
            notify_service_manager(STOPPING)
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
