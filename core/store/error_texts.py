"""Explains database errors in plain sentences, chosen by the error codes of the drivers."""

from collections.abc import Iterator

from core.store.outages import DatabaseUnavailableError

# https://www.sqlite.org/rescode.html; the longer codes begin with these.
_SQLITE = {
    "SQLITE_NOTADB": "the file is not an SQLite database. Restore a backup into a new file",
    "SQLITE_CORRUPT": (
        "the file is damaged. Stop the bot, keep a copy of the file, and restore the newest backup"
        " into a new one: imi-bot restore"
    ),
    "SQLITE_READONLY": (
        "the file cannot be written. Check its owner and permissions, those of its directory, and"
        " whether it lies on a read-only mount"
    ),
    "SQLITE_CANTOPEN": (
        "the file cannot be opened. Check its permissions and those of its directory, in which"
        " SQLite writes two more files"
    ),
    "SQLITE_BUSY": (
        "another process holds the database. Wait until it ends: a command, a backup tool, or a"
        " second `imi-bot run` on this file"
    ),
    "SQLITE_LOCKED": "another process holds the database. Wait until it ends",
    "SQLITE_FULL": "the disk is full. Make room",
    "SQLITE_IOERR": "the disk fails to read or write. Check the machine's log",
    "SQLITE_PERM": "the file's permissions forbid it",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "28P01": "the password is wrong",
    "28000": "the server does not let this user in",
    "3D000": "the server has no database of this name. Create it: createdb",
    "42501": "the user has not enough rights. It must own the database",
    "25006": "the server takes no changes: it is a standby or read-only",
    "53300": "the server has no connection left",
    "53100": "the server's disk is full",
    "57P03": "the server is starting or stopping. Try again in a moment",
    "40P01": "another process holds what is needed. Try again",
    "55P03": "another process holds what is needed. Try again",
}
NO_WAL = (
    "this file system cannot hold SQLite's write-ahead log. Put the file on a local disk, not on a"
    " network share"
)


def error_text(error: BaseException) -> str | None:
    """Return the problem and its remedy, without a full stop; None for other errors.

    The error's text is not quoted, because a driver's text may contain the URL or values of rows.
    """
    for each in _with_causes(error):
        if (text := _text_of(each)) is not None:
            return text
    return None


def _text_of(error: BaseException) -> str | None:
    if isinstance(error, DatabaseUnavailableError):
        name = state = error.code or ""
    else:
        name = str(getattr(error, "sqlite_errorname", "") or "")
        state = str(getattr(error, "sqlstate", ""))
    for code, text in _SQLITE.items():
        if name.startswith(code):
            return text
    return _POSTGRES.get(state)


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Return the error, and those it wraps: SQLAlchemy keeps the driver's in `orig`."""
    seen: list[BaseException | None] = [error]
    while seen:
        each = seen.pop(0)
        if each is not None:
            yield each
            seen += [getattr(each, "orig", None), each.__cause__]
