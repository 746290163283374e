"""`imi-bot backup` and `imi-bot restore`: write the whole database to a file, and restore it."""

import errno
import gzip
import os
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated, BinaryIO

import typer
from sqlalchemy import Connection

from bot.cli.failures import expected_errors, failure, run_or_exit, settings_or_exit
from bot.database import open_database, open_ready_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.reminders.restored import mark_waiting_possibly_sent
from core.schema.tables import metadata
from core.sessions import rows as sessions
from core.store import backup as backups
from core.store.backup import BackupError


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
) -> None:
    """Write a snapshot of the whole database into a file that only its owner can read."""
    settings = settings_or_exit(LocalSettings)
    try:
        number = _write_file(settings, file)
    except OSError as error:
        raise failure(f"{file}: {error.strerror}.") from None
    typer.echo(f"{number} lines in {file}. Keep it as safe as the database.")


def _write_file(settings: Settings, file: Path) -> int:
    """Write a temporary file and link it to its name once it is complete; never overwrite."""
    if file.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    # The file holds personal data: mkstemp makes it readable by its owner alone.
    handle, temporary = mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            number = run_or_exit(lambda: _backup(settings, out))
        os.link(temporary, file)
    finally:
        Path(temporary).unlink()
    return number


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


async def _backup(settings: Settings, out: BinaryIO) -> int:
    def dump(tx: Connection) -> int:
        number = 0
        with gzip.open(out, "wt", encoding="utf-8") as zipped:
            for line in backups.dump(tx, metadata.sorted_tables, datetime.now(UTC)):
                zipped.write(line + "\n")
                number += 1
        return number

    async with open_ready_database(settings) as (store, _):
        number = await store.read(dump)
    out.flush()
    os.fsync(out.fileno())
    return number


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
