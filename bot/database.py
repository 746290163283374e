"""Opens the database, checks that its tables have this version, and migrates them.

It also checks that the newest audit checkpoint was signed with one of the keys in the settings, and
loads the catalogue of modules, roles and keywords.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection, inspect, make_url

from bot.settings.settings import Settings
from bot.settings.signing_keys import audit_key_setting, audit_keys, unknown_key_text
from core.audit.checkpoints import Checkpoint, is_signed_with
from core.audit.rows import checkpoints
from core.authority_search import rows as search_index
from core.catalogue import rows as catalogues
from core.catalogue.load import CatalogueError, load, shipped
from core.catalogue_updates import service as catalogue_updates
from core.rulebook import Rulebook
from core.schema.tables import TABLES
from core.store import migration
from core.store.error_texts import NO_WAL, error_text
from core.store.outages import error_name
from core.store.store import DatabaseUrlError, Store, open_store

log = structlog.get_logger()

MAX_NAMED = 5
UNREACHABLE = "IMI_DATABASE_URL cannot be reached ({kind}). Check host and port; is the server on?"
_FOREIGN = (
    "IMI_DATABASE_URL: this database holds tables of something else ({tables}). Give imi-bot a"
    " database of its own."
)
_NEWER = (
    "IMI_DATABASE_URL: the database has version {version}, and this imi-bot knows only up to"
    " {newest}. Install the newer imi-bot that was here before; an older one cannot read it."
)
_UNKNOWN = (
    "IMI_DATABASE_URL: the database has version {version}, which no release of imi-bot made."
    " Databases from before the first release cannot be migrated: keep this one with the imi-bot"
    " that made it, and give this one a new database."
)
_PRE_RELEASE = (
    "IMI_DATABASE_URL: the database says that it has version {version}, but its tables are others"
    " (without {lacking}, for one). Databases from before the first release cannot be migrated:"
    " keep this one with the imi-bot that made it, and give this one a new database."
)


class NotReadyError(RuntimeError):
    """The database cannot be reached or does not fit this version; the text says what to do."""


@asynccontextmanager
async def open_database(settings: Settings, *, must_exist: bool = False) -> AsyncIterator[Store]:
    """Open the database without checking its content; with `must_exist`, make no new SQLite file.

    Raises:
        NotReadyError: it cannot be reached or read; the text says what to do.
        DatabaseUrlError: the URL is of another kind of database.
    """
    _require_file(settings, must_exist=must_exist)
    async with AsyncExitStack() as stack:
        try:
            store = await open_store(settings.imi_database_url)
            stack.push_async_callback(store.close)
            await store.read(_look)
        except DatabaseUrlError:
            raise
        except Exception as error:  # noqa: BLE001 - drivers raise many kinds, and their texts quote the URL
            raise NotReadyError(_unusable_text(error, settings.imi_database_url)) from None
        yield store


@asynccontextmanager
async def open_ready_database(settings: Settings) -> AsyncIterator[tuple[Store, Rulebook]]:
    """Open the database and load its catalogue; it must be of this version, or usable by it.

    Raises:
        NotReadyError: `imi-bot init` has not been run by this version.
    """
    async with open_database(settings, must_exist=True) as store:
        yield store, await require_rulebook(store, settings)


async def require_rulebook(store: Store, settings: Settings) -> Rulebook:
    """Return the policy of the settings with the catalogue of the database.

    Raises:
        NotReadyError: as `open_ready_database`.
    """
    if not await store.read(migration.is_usable):
        raise NotReadyError(await store.read(_version_text))
    text = await store.read(catalogues.newest)
    if text is None:
        raise NotReadyError("The database has no catalogue. Run: imi-bot init")
    try:
        return Rulebook(settings.policy, load(text, "the catalogue in the database"))
    except CatalogueError as error:
        raise NotReadyError(f"{error}\nRun: imi-bot init") from None


async def unknown_audit_key(store: Store, settings: Settings) -> str | None:
    """Return what to do if the newest checkpoint was signed with none of the keys; else None."""
    keys = audit_keys(settings)
    newest = await store.read(checkpoints.newest)
    if not isinstance(newest, Checkpoint) or is_signed_with(newest, keys):
        return None
    return unknown_key_text(newest.key_id, audit_key_setting(settings))


async def log_unknown_audit_key(store: Store, settings: Settings) -> None:
    """Say in the log what to do, if the newest checkpoint was signed with none of the keys.

    It is no reason not to start: people can work, and the trail goes on without checkpoints.
    """
    todo = await unknown_audit_key(store, settings)
    if todo is not None:
        log.error("audit_key_unknown", todo=todo)


def configured_catalogue(settings: Settings) -> str:
    """Return the checked text of the catalogue file in the settings, or of the shipped one.

    Raises:
        CatalogueError: it cannot be read, or has mistakes; the text names each with its line.
    """
    file = settings.imi_catalogue
    if file is None:
        return shipped()
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise CatalogueError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CatalogueError(f"{file} is not in UTF-8. Save it as UTF-8.") from None
    load(text, str(file))
    return text


async def migrate_database(store: Store) -> str | None:
    """Migrate the tables in one transaction, unless a newer release has done so.

    Returns the version before (None: there were no tables).

    Raises:
        NotReadyError: the tables are of a newer version, of an unknown one, or of something else.
    """

    def migrate(tx: Connection) -> str | None:
        before = migration.version_of(tx)
        if problem := obstacle(tx, before):
            raise NotReadyError(problem)
        if before is not None and migration.is_newer(before):
            return before
        migration.upgrade(tx)
        if lacking := migration.missing_columns(tx, TABLES):
            raise NotReadyError(_PRE_RELEASE.format(version=before, lacking=lacking[0]))
        search_index.index_missing(tx)
        return before

    return await store.write(migrate)


async def load_catalogue(store: Store, catalogue: str, now: datetime) -> bool:
    """Load the catalogue, unless a newer release has loaded its own; return whether it is another.

    Raises:
        CatalogueInUseError: the catalogue drops items that are in use; the earlier one stays.
    """

    def load_unless_newer(tx: Connection) -> bool:
        migration.wait_for_others(tx)
        version = migration.version_of(tx)
        if version is not None and migration.is_newer(version):
            # This release is being replaced.
            return False
        return catalogue_updates.load_new(tx, catalogue, now)

    return await store.write(load_unless_newer)


def sqlite_file(settings: Settings) -> Path | None:
    """Return the database's file; None on PostgreSQL."""
    url = make_url(settings.imi_database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(str(url.database)) if is_file else None


def _require_file(settings: Settings, *, must_exist: bool) -> None:
    file = sqlite_file(settings)
    if file is None:
        return
    if file.is_dir():
        raise NotReadyError(f"IMI_DATABASE_URL: {file.absolute()} is a directory, not a file.")
    if must_exist and not file.exists():
        raise NotReadyError(
            f"IMI_DATABASE_URL: there is no file {file.absolute()}. Either the path is wrong, or"
            " the database is to be created. Run: imi-bot init"
        )


def _look(tx: Connection) -> None:
    """Read something: a file that is no database opens without an error."""
    inspect(tx).get_table_names()


def _unusable_text(error: Exception, url: str) -> str:
    if (text := error_text(error)) is not None:
        return f"IMI_DATABASE_URL: {text}."
    is_sqlite = url.startswith("sqlite")
    if is_sqlite and isinstance(error, OSError) and error.strerror:
        return (
            f"IMI_DATABASE_URL: {error.filename} cannot be written: {error.strerror}. The file and"
            " its directory must be writable for the user who runs imi-bot."
        )
    if is_sqlite and isinstance(error, RuntimeError):
        return f"IMI_DATABASE_URL: {NO_WAL}."
    kind = error_name(error)
    return UNREACHABLE.format(kind=kind)


def _version_text(tx: Connection) -> str:
    version = migration.version_of(tx)
    return obstacle(tx, version) or (
        f"IMI_DATABASE_URL: the database has version {version or 'none'} and this product "
        f"needs {migration.newest_version()}. Run: imi-bot init"
    )


def obstacle(tx: Connection, version: str | None) -> str | None:
    """Return why `imi-bot init` cannot migrate the database; None if it can or need not."""
    if version is None:
        foreign = migration.foreign_tables(tx, TABLES)
        return _FOREIGN.format(tables=", ".join(foreign[:MAX_NAMED])) if foreign else None
    if migration.is_known(version) or migration.is_usable(tx):
        return None
    text = _NEWER if migration.is_newer(version) else _UNKNOWN
    return text.format(version=version, newest=migration.newest_version())
