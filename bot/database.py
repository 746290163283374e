"""Opens the database, checks that its version fits the code, and migrates it to that version."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from sqlalchemy import Connection

from bot.settings.settings import Settings
from core.authority_search import rows as search_index
from core.catalogue import rows as catalogues
from core.catalogue.load import CatalogueError, load, shipped
from core.catalogue_updates import service as catalogue_updates
from core.rulebook import Rulebook
from core.store import migration
from core.store.store import DatabaseUrlError, Store, open_store


class NotReadyError(RuntimeError):
    """The database cannot be reached or does not fit this version; the text says what to do."""


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Store]:
    """Open the database without checking its content.

    Raises:
        NotReadyError: it cannot be reached.
        DatabaseUrlError: the URL is of another kind of database.
    """
    async with AsyncExitStack() as stack:
        try:
            store = open_store(settings.imi_database_url)
            stack.push_async_callback(store.close)
            await store.read(lambda _: None)
        except DatabaseUrlError:
            raise
        except Exception as error:  # noqa: BLE001 - drivers raise many kinds, and their texts quote the URL
            kind = type(error).__name__
            raise NotReadyError(f"IMI_DATABASE_URL cannot be reached ({kind}).") from None
        yield store


@asynccontextmanager
async def open_ready_database(settings: Settings) -> AsyncIterator[tuple[Store, Rulebook]]:
    """Open the database and load its catalogue; it must be of this version.

    Raises:
        NotReadyError: `imi-bot init` has not been run by this version.
    """
    async with open_database(settings) as store:
        yield store, await require_rulebook(store, settings)


async def require_rulebook(store: Store, settings: Settings) -> Rulebook:
    """Return the policy of the settings with the catalogue of the database.

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


def configured_catalogue(settings: Settings) -> str:
    """Return the checked text of the catalogue file in the settings, or of the shipped one.

    Raises:
        CatalogueError: it has mistakes; the text names each with its line.
        OSError, UnicodeDecodeError: it cannot be read.
    """
    if settings.imi_catalogue is None:
        return shipped()
    text = settings.imi_catalogue.read_text("utf-8")
    load(text, str(settings.imi_catalogue))
    return text


async def prepare_database(store: Store, catalogue: str, now: datetime) -> tuple[str | None, bool]:
    """Migrate the tables and load the catalogue.

    Returns the version before the migration (None: there were no tables), and whether the
    catalogue differs from the one before.

    Raises:
        CatalogueInUseError: the catalogue drops items that are in use.
    """

    def prepare(tx: Connection) -> tuple[str | None, bool]:
        before = migration.version_of(tx)
        migration.upgrade(tx)
        search_index.index_missing(tx)
        return before, catalogue_updates.load_new(tx, catalogue, now)

    return await store.write(prepare)
