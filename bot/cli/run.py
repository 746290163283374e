"""`imi-bot run`: runs the product until SIGTERM or Ctrl-C."""

import asyncio
import signal

import typer
import uvloop
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.cli.failures import failure, settings_or_exit
from bot.database import NotReadyError
from bot.monitoring.logs import set_up_logs
from bot.settings.settings import Settings
from bot.slack.socket_mode import AppTokenError
from bot.wiring import running_product
from core.store.store import DatabaseUrlError


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
    stopped = stop_signal()
    async with running_product(settings) as product:
        typer.echo(f"Portal on {settings.imi_http_host}, port {product.port}. Ctrl-C ends it.")
        await stopped.wait()


def stop_signal() -> asyncio.Event:
    """Return an event that SIGTERM or Ctrl-C sets.

    Called before the start, so that a signal during the start is not lost.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped
