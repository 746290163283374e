"""Opens the database and checks that its tables and its catalogue fit this version."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.settings.settings import Settings
from core.catalogue import rows as catalogues
from core.catalogue.load import CatalogueError, load
from core.rulebook import Rulebook
from core.store import migration
from core.store.store import DatabaseUrlError, Store, open_store


class NotReadyError(RuntimeError):
    """The database is not there, or lacks what the product needs; the text says what to do."""


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Store]:
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
async def open_ready_database(settings: Settings) -> AsyncIterator[tuple[Store, Rulebook]]:
    """Open the database of this product's version, with its catalogue.

    Raises:
        NotReadyError: `imi-bot init` has not been run, or not by this version.
    """
    async with open_database(settings) as store:
        yield store, await rulebook_in(store, settings)


async def rulebook_in(store: Store, settings: Settings) -> Rulebook:
    """Return the policy and the catalogue that the database holds.

    Raises:
        NotReadyError: as `open_ready_database`.
    """
    version = await store.read(migration.version_of)
    if version != migration.newest_version():
        raise NotReadyError(
            f"IMI_DATABASE_URL: the database has version {version or 'none'} and this product "
            f"needs {migration.newest_version()}. Run: imi-bot init"
        )
    text = await store.read(catalogues.newest)
    if text is None:
        raise NotReadyError("The database has no catalogue. Run: imi-bot init")
    try:
        return Rulebook(settings.policy, load(text, "the catalogue in the database"))
    except CatalogueError as error:
        raise NotReadyError(f"{error}\nRun: imi-bot init") from None
