"""What most commands begin with: the settings, the database, and refusals as one plain line."""

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
    """Return the settings, or end the command with a sentence for each that is wrong."""
    try:
        return read_settings()
    except SettingsError as error:
        raise failure(str(error)) from None


def failure(text: str) -> typer.Exit:
    """Print the text to standard error and return the exit to raise."""
    typer.echo(text, err=True)
    return typer.Exit(1)


def run_or_exit(make: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run the command's work; a refusal ends it with one line for each thing that is wrong."""
    try:
        return asyncio.run(make())
    except RuleError as refusal:
        raise failure("\n".join(refusal_lines(refusal, "en"))) from None
    except (DatabaseUrlError, NotReadyError) as error:
        raise failure(str(error)) from None
