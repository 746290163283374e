"""What most commands begin with: the settings, the database, and refusals as one plain line."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

import typer

from bot.settings.settings import Settings, SettingsError, read_settings
from core.catalogue import rows as catalogues
from core.catalogue.load import CatalogueError, load
from core.errors import RuleError
from core.rulebook import Rulebook
from core.store import schema
from core.store.store import DatabaseUrlError, Store, open_store
from handlers.replies import lines

T = TypeVar("T")


class NotReadyError(RuntimeError):
    """The database is not there, or lacks what the product needs; the text says what to do."""


def settings_or_exit() -> Settings:
    """Return the settings, or end the command with a sentence for each that is wrong."""
    try:
        return read_settings()
    except SettingsError as error:
        raise fail(str(error)) from None


def fail(text: str) -> typer.Exit:
    """Print the text to standard error and return the exit to raise."""
    typer.echo(text, err=True)
    return typer.Exit(1)


def carry_out(make: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run the command's work; a refusal ends it with one line for each thing that is wrong."""
    try:
        return asyncio.run(make())
    except RuleError as refusal:
        raise fail("\n".join(lines(refusal, "en"))) from None
    except (DatabaseUrlError, NotReadyError) as error:
        raise fail(str(error)) from None


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """Open the database, whatever is in it.

    Raises:
        NotReadyError: it cannot be reached.
    """
    async with AsyncExitStack() as stack:
        try:
            store = open_store(settings.imi_database_url)
            stack.push_async_callback(store.close)
            await store.read(lambda _: None)
        except DatabaseUrlError:
            raise
        except Exception as error:  # noqa: BLE001 - drivers raise many kinds, and their texts hold the URL
            kind = type(error).__name__
            raise NotReadyError(f"IMI_DATABASE_URL cannot be reached ({kind}).") from None
        yield store


@asynccontextmanager
async def ready(settings: Settings) -> AsyncIterator[tuple[Store, Rulebook]]:
    """Open the database of this product's version, with its catalogue.

    Raises:
        NotReadyError: `imi-bot init` has not been run, or not by this version.
    """
    async with opened(settings) as store:
        yield store, await rulebook_in(store, settings)


async def rulebook_in(store: Store, settings: Settings) -> Rulebook:
    """Return the policy and the catalogue that the database holds.

    Raises:
        NotReadyError: as `ready`.
    """
    version = await store.read(schema.version_of)
    if version != schema.newest():
        raise NotReadyError(
            f"IMI_DATABASE_URL: the database has version {version or 'none'} and this product "
            f"needs {schema.newest()}. Run: imi-bot init"
        )
    text = await store.read(catalogues.newest)
    if text is None:
        raise NotReadyError("The database has no catalogue. Run: imi-bot init")
    try:
        return Rulebook(settings.policy, load(text, "the catalogue in the database"))
    except CatalogueError as error:
        raise NotReadyError(f"{error}\nRun: imi-bot init") from None
