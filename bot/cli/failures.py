"""Ends a command with one plain line for each problem instead of a traceback."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

import typer

from bot.database import NotReadyError
from bot.settings.settings import Settings, SettingsError, read_settings
from core.errors import RuleError
from core.store.store import DatabaseUrlError
from handlers.refusal_texts import refusal_lines

T = TypeVar("T")


def settings_or_exit() -> Settings:
    """Return the settings, or end the command with a sentence for each wrong one."""
    try:
        return read_settings()
    except SettingsError as error:
        raise failure(str(error)) from None


def failure(text: str) -> typer.Exit:
    """Print the text to standard error; return the exception that ends the command."""
    typer.echo(text, err=True)
    return typer.Exit(1)


def run_or_exit(start: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run the coroutine; a refusal or an unusable database ends the command."""
    try:
        return asyncio.run(start())
    except RuleError as refusal:
        raise failure("\n".join(refusal_lines(refusal, "en"))) from None
    except (DatabaseUrlError, NotReadyError) as error:
        raise failure(str(error)) from None
