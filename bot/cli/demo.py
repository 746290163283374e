"""`imi-bot demo`: runs the product with a simulated Slack workspace and mailbox.

Its database is temporary: nothing is kept when it ends.
"""

from typing import Annotated

import typer
import uvloop

from bot.cli.run import run_until_stopped
from bot.demo.demo import PAGE_PORT, PORTAL_PORT, Demo, DemoOptions, free_port, running_demo
from bot.monitoring.logs import set_up_logs


def demo(
    page_port: Annotated[int, typer.Option(help="Port of the Slack page.")] = PAGE_PORT,
    portal_port: Annotated[int, typer.Option(help="Port of the portal.")] = PORTAL_PORT,
) -> None:
    """Run the bot with a simulated Slack workspace and a small invented country, until Ctrl-C."""
    set_up_logs()
    options = DemoOptions(free_port(page_port), free_port(portal_port))
    uvloop.run(_run(options))


async def _run(options: DemoOptions) -> None:
    await run_until_stopped(running_demo(options), _print_introduction)


def _print_introduction(running: Demo) -> None:
    page = running.slack.page_url
    typer.echo(
        f"""
The sandbox Slack:  {page}
The portal:         {running.settings.imi_public_url}

Three things to try:
1. As Anna ({page}?as=U0ANNA) type /imi-adduser, pick Jonas Østergård, and save.
2. As Jonas ({page}?as=U0JONAS) read the username in the direct message, open the mailbox
   ({page}?as=U0JONAS&view=mailbox), follow the link, and choose a password.
3. As Anna open the app's Home tab: Jonas has turned from new to active.

Ctrl-C ends the demo; nothing is kept.
"""
    )
