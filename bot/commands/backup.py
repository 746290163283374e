"""`imi-bot backup` and `imi-bot restore`: the whole database in one file, while the bot runs."""

import gzip
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.commands.opened import carry_out, fail, opened, ready, settings_or_exit
from bot.config import Settings
from core.store import backup as backups
from core.store.backup import BackupError
from core.tables import metadata


def backup(file: Annotated[Path, typer.Argument(help="The file to write; not there yet.")]) -> None:
    """Write everything that the database holds at this moment into a file of its owner's alone."""
    settings = settings_or_exit()
    try:
        # Personal data: readable by its owner alone, and never in the place of something else.
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise fail(f"{file}: {error.strerror}.") from None
    try:
        number = carry_out(lambda: _backup(settings, handle))
    except BaseException:
        # Half a backup is none.
        file.unlink()
        raise
    typer.echo(f"{number} lines in {file}. Keep it as safe as the database.")


def restore(file: Annotated[Path, typer.Argument(help="A file that backup wrote.")]) -> None:
    """Write a backup into the database of the settings, which is new and empty."""
    settings = settings_or_exit()
    try:
        number = carry_out(lambda: _restore(settings, file))
    except BackupError as error:
        raise fail(f"{file}: {error}") from None
    except (OSError, EOFError) as error:
        raise fail(f"{file}: cannot be read ({type(error).__name__}).") from None
    typer.echo(f"{number} rows restored. Check them with: imi-bot audit verify")


async def _backup(settings: Settings, handle: int) -> int:
    def wish(tx: Connection) -> int:
        # From the beginning, should the database want it a second time.
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        number = 0
        with os.fdopen(os.dup(handle), "wb") as raw, gzip.open(raw, "wt", encoding="utf-8") as out:
            for line in backups.dump(tx, metadata.sorted_tables, datetime.now(UTC)):
                out.write(line + "\n")
                number += 1
        return number

    async with ready(settings) as (store, _):
        number = await store.read(wish)
    os.fsync(handle)
    os.close(handle)
    return number


async def _restore(settings: Settings, file: Path) -> int:
    def wish(tx: Connection) -> int:
        return backups.load(tx, metadata.sorted_tables, _lines(file))

    async with opened(settings) as store:
        return await store.write(wish)


def _lines(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from lines
