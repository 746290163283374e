"""Writes a backup into a new file that only its owner can read, or into an open one.

`imi-bot backup` and `imi-bot init` use it.
"""

import errno
import gzip
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from sqlalchemy import Connection

from core.schema.tables import metadata
from core.store import backup as backups
from core.store.store import Store


async def write_backup(store: Store, file: Path) -> int:
    """Write a temporary file and link it to its name once it is complete; return its lines.

    Raises:
        FileExistsError: there is a file of this name, or somebody made one meanwhile.
        OSError: the file cannot be written.
    """
    require_new(file)
    # The file holds personal data: mkstemp makes it readable by its owner alone.
    handle, temporary = mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            number = await store.read(lambda tx: _dump(tx, out))
            out.flush()
            os.fsync(out.fileno())
        os.link(temporary, file)
    finally:
        Path(temporary).unlink()  # noqa: ASYNC240 - a command does nothing else meanwhile
    return number


async def stream_backup(store: Store, out: BinaryIO) -> int:
    """Write a backup into the open file and close it; return its lines.

    Raises:
        OSError: the file cannot be written.
    """
    with out:
        return await store.read(lambda tx: _dump(tx, out))


def require_new(file: Path) -> None:
    """Raise FileExistsError if there is a file of this name."""
    if file.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _dump(tx: Connection, out: BinaryIO) -> int:
    number = 0
    with gzip.open(out, "wt", encoding="utf-8") as zipped:
        for line in backups.dump(tx, metadata.sorted_tables, datetime.now(UTC)):
            zipped.write(line + "\n")
            number += 1
    return number
