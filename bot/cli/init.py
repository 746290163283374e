"""`imi-bot init`: creates or migrates the database tables, and loads the catalogue.

Before a migration changes tables, a backup is written.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from sqlalchemy.exc import DBAPIError

from bot.cli.backup_file import write_backup
from bot.cli.catalogue import in_use_message
from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.cli.upgrade_plan import Plan, backup_file, plan_lines, plan_of
from bot.database import configured_catalogue, load_catalogue, migrate_database, open_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.catalogue.load import CatalogueError
from core.catalogue_updates.service import CatalogueInUseError
from core.store import migration
from core.store.postgres import MAX_ATTEMPTS, is_retryable

T = TypeVar("T")

_NO_PLACE = (
    "Nothing was changed: there is no place for a backup. Set IMI_BACKUP_DIRECTORY to a directory"
    " that can be written; or make a backup by other means, such as pg_dump, and run: imi-bot init"
    " --no-backup"
)


def init(
    *,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what would be done; change nothing.")
    ] = False,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Migrate without a backup: there is one already.")
    ] = False,
) -> None:
    """Create or migrate the tables and load the catalogue; running it again changes nothing."""
    settings = settings_or_exit(LocalSettings)
    try:
        catalogue = configured_catalogue(settings)
    except CatalogueError as error:
        raise failure(f"IMI_CATALOGUE: {error}") from None
    planned = run_or_exit(lambda: _retried(lambda: plan_of(settings, catalogue)))
    backup = None if no_backup else backup_file(settings, planned, datetime.now(UTC))
    if plan or planned.needs_backup or planned.is_of_a_newer_release:
        for line in plan_lines(planned, backup):
            typer.echo(line)
    if plan or planned.is_of_a_newer_release:
        return
    needs_backup = planned.needs_backup and not no_backup
    written = _back_up(settings, planned, backup) if needs_backup else None
    _migrate(settings, planned, written)
    run_or_exit(lambda: _load(settings, catalogue))


def _migrate(settings: Settings, planned: Plan, backup: Path | None) -> None:
    """Migrate the tables; the backup is deleted if that fails and has changed nothing."""
    try:
        run_or_exit(lambda: _migrate_tables(settings))
    except Exception:
        if backup is not None:
            _delete_if_unused(settings, planned, backup)
        raise


def _back_up(settings: Settings, planned: Plan, file: Path | None) -> Path | None:
    """Write the backup; return its file, or None if another process has written one."""
    if file is None:
        raise failure(_NO_PLACE)
    number = run_or_exit(lambda: _retried(lambda: _write(settings, planned, file)))
    if number is None:
        typer.echo("Backup: another process that migrates has written one.")
        return None
    typer.echo(f"Backup: {number} lines in {file}. Keep it as safe as the database.")
    return file


async def _write(settings: Settings, planned: Plan, file: Path) -> int | None:
    """Write the backup and return its number of lines; None if another process has written one.

    Backups are named by the second: of replicas that start together, another one may have completed
    the same file, or may have migrated already.
    """
    async with open_database(settings, must_exist=True) as store:
        if await store.read(migration.version_of) != planned.version:
            return None
        try:
            return await write_backup(store, file)
        except FileExistsError:
            return None
        except OSError as error:
            raise failure(f"{file}: {error.strerror}. Nothing was changed.") from None


async def _retried(operation: Callable[[], Awaitable[T]]) -> T:
    """Run the operation, again if another process that migrates made PostgreSQL end it."""
    for _ in range(MAX_ATTEMPTS - 1):
        try:
            return await operation()
        except DBAPIError as error:
            if not is_retryable(error):
                raise
    return await operation()


def _delete_if_unused(settings: Settings, planned: Plan, backup: Path) -> None:
    """Delete the backup if the migration has changed nothing.

    A service manager tries again and again: without this, each try would leave a backup.
    """
    if run_or_exit(lambda: _version(settings)) == planned.version:
        backup.unlink(missing_ok=True)
        typer.echo("Nothing was changed, so the backup was deleted.", err=True)


async def _version(settings: Settings) -> str | None:
    async with open_database(settings, must_exist=True) as store:
        return await store.read(migration.version_of)


async def _migrate_tables(settings: Settings) -> None:
    async with open_database(settings) as store:
        before = await migrate_database(store)
    typer.echo(
        f"Tables: version {migration.newest_version()}" + (" (new)." if before is None else ".")
    )


async def _load(settings: Settings, catalogue: str) -> None:
    async with open_database(settings, must_exist=True) as store:
        try:
            changed = await load_catalogue(store, catalogue, datetime.now(UTC))
        except CatalogueInUseError as error:
            raise failure(in_use_message(error.in_use)) from None
    typer.echo("Catalogue: loaded." if changed else "Catalogue: as before.")
