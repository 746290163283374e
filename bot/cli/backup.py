"""`imi-bot backup` and `imi-bot restore`: the whole database in one file, while the bot runs."""

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

from bot.cli.common import carry_out, fail, settings_or_exit
from bot.database import open_database, open_ready_database
from bot.settings.settings import Settings
from core.reminders.restored import mark_waiting_possibly_sent
from core.schema.tables import metadata
from core.sessions import rows as sessions
from core.store import backup as backups
from core.store.backup import BackupError


def backup(file: Annotated[Path, typer.Argument(help="The file to write; not there yet.")]) -> None:
    """Write everything that the database holds at this moment into a file of its owner's alone."""
    settings = settings_or_exit()
    try:
        number = _write(settings, file)
    except OSError as error:
        raise fail(f"{file}: {error.strerror}.") from None
    typer.echo(f"{number} lines in {file}. Keep it as safe as the database.")


def _write(settings: Settings, file: Path) -> int:
    """Write beside the file, and give it its name when it is whole; nothing is written over."""
    if file.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    # Personal data: mkstemp makes it readable by its owner alone.
    handle, part = mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            number = carry_out(lambda: _backup(settings, out))
        os.link(part, file)
    finally:
        Path(part).unlink()
    return number


def restore(file: Annotated[Path, typer.Argument(help="A file that backup wrote.")]) -> None:
    """Write a backup into the database of the settings, which is new and empty."""
    settings = settings_or_exit()
    try:
        loaded = carry_out(lambda: _restore(settings, file))
    except BackupError as error:
        raise fail(f"{file}: {error}") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise fail(f"{file}: cannot be read ({type(error).__name__}).") from None
    typer.echo(f"{loaded.rows} rows restored. Check them with: imi-bot audit verify")
    typer.echo(
        f"All is as it was at {loaded.made_at:%Y-%m-%d %H:%M} UTC: resets, blocks, removals and"
        " new passwords since then are undone; do again what must hold."
    )


async def _backup(settings: Settings, out: BinaryIO) -> int:
    def wish(tx: Connection) -> int:
        number = 0
        with gzip.open(out, "wt", encoding="utf-8") as zipped:
            for line in backups.dump(tx, metadata.sorted_tables, datetime.now(UTC)):
                zipped.write(line + "\n")
                number += 1
        return number

    async with open_ready_database(settings) as (store, _):
        number = await store.read(wish)
    out.flush()
    os.fsync(out.fileno())
    return number


async def _restore(settings: Settings, file: Path) -> backups.Loaded:
    def wish(tx: Connection) -> backups.Loaded:
        loaded = backups.load(tx, metadata.sorted_tables, _lines(file))
        mark_waiting_possibly_sent(tx, loaded.made_at, datetime.now(UTC))
        # One that was ended since the backup must not open anything again.
        sessions.end_everyones(tx)
        return loaded

    async with open_database(settings) as store:
        return await store.write(wish)


def _lines(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from lines
