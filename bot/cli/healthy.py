"""`imi-bot healthy`: asks the bot that runs on this machine whether it is alive or ready.

A container's health check runs it every few seconds, so it imports only what it needs.
"""

import os
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running_bot import address_of
from bot.settings.settings_file import read_settings_file

SECONDS = 4.0


def healthy(
    *,
    ready: Annotated[
        bool, typer.Option(help="Ask whether database and Slack can be reached, too.")
    ] = False,
) -> None:
    """Ask the bot on this machine whether it is alive; exit code 1 if it is not."""
    host, port = _address()
    connection = HTTPConnection(address_of(host), port, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz" if ready else "/healthz")
        response = connection.getresponse()
        text = response.read().decode()
    except (OSError, HTTPException) as error:
        kind = type(error).__name__
        raise _failure(f"No answer from {host}, port {port} ({kind}).") from None
    finally:
        connection.close()
    typer.echo(text, nl=False)
    if response.status != HTTPStatus.OK:
        raise typer.Exit(1)


def _address() -> tuple[str, int]:
    """Return where the bot listens, by the settings of its environment or settings file."""
    named = os.environ.get("IMI_SETTINGS_FILE")
    try:
        values = read_settings_file(Path(named or ".env"), must_exist=bool(named))
    except ValueError as error:
        raise _failure(str(error)) from None
    values |= {name.upper(): value for name, value in os.environ.items()}
    port = values.get("IMI_HTTP_PORT") or "8000"
    if not port.isdecimal():
        raise _failure("IMI_HTTP_PORT is not a number.")
    return values.get("IMI_HTTP_HOST") or "127.0.0.1", int(port)


def _failure(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)
