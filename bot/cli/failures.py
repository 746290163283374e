"""Ends a command that fails with one plain line for each problem, instead of a traceback."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import DBAPIError

from bot.database import UNREACHABLE, NotReadyError
from bot.settings.settings import Settings, SettingsError, read_settings
from bot.slack.advice import bot_token_advice, unreachable_text
from bot.slack.errors import SlackRefused, SlackUnreachable, SlackUnusable
from bot.slack.socket_mode import AppTokenError
from bot.web.server import CannotListenError
from core.errors import RuleError
from core.store.error_texts import error_text
from core.store.outages import DatabaseUnavailableError, error_name
from core.store.store import DatabaseUrlError
from handlers.refusal_texts import refusal_lines

T = TypeVar("T")

# Errors whose own text says what is wrong and what to do.
_SPEAKING = (DatabaseUrlError, NotReadyError, AppTokenError, CannotListenError)


def settings_or_exit(kind: type[Settings] = Settings) -> Settings:
    """Return the settings, or end the command with a sentence for each wrong one."""
    try:
        return read_settings(None, kind)
    except SettingsError as error:
        raise failure(str(error)) from None


def failure(text: str) -> typer.Exit:
    """Print the text to standard error; return the exception that ends the command."""
    typer.echo(text, err=True)
    return typer.Exit(1)


def run_or_exit(start: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run the coroutine; an expected error ends the command."""
    with expected_errors():
        return asyncio.run(start())


@contextmanager
def expected_errors() -> Iterator[None]:
    """End the command with a plain line for an error that whoever runs the bot can fix."""
    try:
        yield
    except BrokenPipeError:
        # The reader of the output, such as `head`, has closed it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except Exception as error:
        text = expected_error_text(error)
        if text is None:
            raise
        raise failure(text) from None


def expected_error_text(error: Exception) -> str | None:
    """Return the problem and its remedy; None for an unexpected error."""
    if isinstance(error, RuleError):
        return "\n".join(refusal_lines(error, "en"))
    if isinstance(error, _SPEAKING):
        return str(error)
    if isinstance(error, DBAPIError | sqlite3.Error | DatabaseUnavailableError):
        text = error_text(error)
        if text is not None:
            return f"IMI_DATABASE_URL: {text}."
        return (
            UNREACHABLE.format(kind=error_name(error))
            if isinstance(error, DatabaseUnavailableError)
            else None
        )
    return slack_error_text(error) or _file_error_text(error)


def slack_error_text(error: Exception) -> str | None:
    """Return Slack's error, or that Slack cannot be reached; None for any other error."""
    if isinstance(error, SlackApiError | SlackRefused | SlackUnusable):
        code = error.response.get("error") if isinstance(error, SlackApiError) else error.code
        return f"SLACK_BOT_TOKEN: Slack says {code}. {bot_token_advice(str(code))}"
    if isinstance(error, SlackUnreachable):
        return f"{unreachable_text(error.code)}\nTry: imi-bot doctor"
    if isinstance(error, ClientError | SlackClientError):
        return f"{unreachable_text(type(error).__name__)}\nTry: imi-bot doctor"
    return None


def _file_error_text(error: Exception) -> str | None:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}."
    return None
