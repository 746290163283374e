"""`imi-bot demo`: runs the product with a simulated Slack workspace and mailbox.

Its database is temporary: nothing but the log is kept when it ends.
"""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from bot.cli.run import run_until_stopped
from bot.demo import demo as running
from bot.demo.demo import PAGE_PORT, PORTAL_PORT, Demo, DemoOptions, free_port, running_demo
from bot.demo.sample_users import PASSWORD
from bot.monitoring.logs import set_up_logs

INTRODUCTION = Path(running.__file__).with_name("introduction.txt")


def demo(
    page_port: Annotated[int, typer.Option(help="Port of the Slack page.")] = PAGE_PORT,
    portal_port: Annotated[int, typer.Option(help="Port of the portal.")] = PORTAL_PORT,
    log_file: Annotated[
        Path | None, typer.Option(help="File for the log; by default a new one.")
    ] = None,
) -> None:
    """Run the bot with a simulated Slack workspace and a small invented country, until Ctrl-C."""
    path = log_file or _new_log_file()
    typer.echo(f"The demo starts, which takes a few seconds. Its log: {path}")
    with path.open("a", encoding="utf-8") as log:
        set_up_logs(log)
        options = DemoOptions(free_port(page_port), free_port(portal_port), sample_users=True)
        uvloop.run(_run(options, path))


async def _run(options: DemoOptions, log_file: Path) -> None:
    await run_until_stopped(running_demo(options), lambda demo: _print_introduction(demo, log_file))


def _print_introduction(demo: Demo, log_file: Path) -> None:
    page, portal = demo.slack.page_url, demo.settings.imi_public_url
    text = INTRODUCTION.read_text("utf-8").format(page=page, portal=portal)
    typer.echo(
        f"""
{text}
Everybody who has signed in before has the password {PASSWORD}.
The log: {log_file}
Ctrl-C ends the demo; nothing else is kept.
"""
    )


def _new_log_file() -> Path:
    with tempfile.NamedTemporaryFile(prefix="imi-demo-", suffix=".log", delete=False) as file:
        return Path(file.name)
