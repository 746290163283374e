"""`imi-bot backup` and `imi-bot restore`: write the whole database to a file, and restore it."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.backup_file import require_new, stream_backup, write_backup
from bot.cli.failures import expected_errors, failure, run_or_exit, settings_or_exit
from bot.cli.standard_output import (
    STANDARD_OUTPUT,
    open_standard_output,
    place_name,
    refuse_terminal,
)
from bot.database import open_database, open_ready_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.backup_restores.service import mark_waiting_possibly_sent
from core.schema.tables import metadata
from core.sessions import rows as sessions
from core.store import backup as backups
from core.store.backup import BackupError
from core.store.migration import has_own_version

_NEWER = (
    "IMI_DATABASE_URL: a newer imi-bot has migrated the database, and this one does not know all"
    " of it. Make the backup with the newer one."
)


def backup(
    file: Annotated[
        Path,
        typer.Argument(
            help="The file to write, which must not exist yet; - means standard output."
        ),
    ],
) -> None:
    """Write a snapshot of the whole database into a file that only its owner can read."""
    settings = settings_or_exit(LocalSettings)
    refuse_terminal(file, "backup")
    try:
        if file != STANDARD_OUTPUT:
            require_new(file)
        number = run_or_exit(lambda: _backup(settings, file))
    except OSError as error:
        raise failure(f"{file}: {error.strerror}.") from None
    message = f"{number} lines in {place_name(file)}. Keep it as safe as the database."
    typer.echo(message, err=file == STANDARD_OUTPUT)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `imi-bot backup` wrote.")],
) -> None:
    """Restore a backup into the new, empty database of the settings."""
    settings = settings_or_exit(LocalSettings)
    with expected_errors():
        # Before a new database is made for it.
        file.open("rb").close()
    try:
        loaded = run_or_exit(lambda: _restore(settings, file))
    except BackupError as error:
        raise failure(f"{file}: {error}") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise failure(f"{file}: cannot be read ({type(error).__name__}).") from None
    typer.echo(f"{loaded.rows} rows restored. Check them with: imi-bot audit verify")
    typer.echo(
        f"All is as it was at {loaded.made_at:%Y-%m-%d %H:%M} UTC: resets, blocks, removals and"
        " new passwords since then are undone; do again what must hold."
    )


async def _backup(settings: Settings, file: Path) -> int:
    async with open_ready_database(settings) as (store, _):
        if not await store.read(has_own_version):
            raise failure(_NEWER)
        if file == STANDARD_OUTPUT:
            return await stream_backup(store, open_standard_output())
        return await write_backup(store, file)


async def _restore(settings: Settings, file: Path) -> backups.RestoredBackup:
    def load(tx: Connection) -> backups.RestoredBackup:
        loaded = backups.restore(tx, metadata.sorted_tables, _lines(file))
        mark_waiting_possibly_sent(tx, loaded.made_at, datetime.now(UTC))
        # A session that was ended after the backup must not be valid again.
        sessions.end_everyones(tx)
        return loaded

    async with open_database(settings) as store:
        return await store.write(load)


def _lines(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from lines
