"""Structured logs: one JSON line per event, with names and ids, without payloads or secrets."""

import logging
import sys
import threading
from contextlib import suppress
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TextIO

import structlog

# Their debug and info lines contain payloads and addresses; aiosqlite's debug lines contain the
# functions that it runs, with the arguments of `functools.partial`, and the texts of exceptions.
NOISY_LIBRARIES = (
    *("slack_bolt", "slack_sdk", "aiohttp", "aiosmtplib", "aiosqlite"),
    *("uvicorn", "apscheduler", "asyncio"),
)

log = structlog.get_logger()


class LibraryLogHandler(logging.Handler):
    """Logs the location of a library's log call, but not its text, which may quote a payload."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the logger's name, file and line, and the type of the exception, if there is one."""
        kind = record.exc_info[0] if record.exc_info else None
        # A log that cannot be written must not stop the process.
        with suppress(ValueError, OSError):
            log.log(
                record.levelno,
                "library_message",
                logger=record.name,
                where=f"{record.filename}:{record.lineno}",
                error=None if kind is None else kind.__name__,
            )


def set_up_logs(stream: TextIO | None = None) -> None:
    """Send structured logs to `stream` (default: standard error); silence noisy libraries."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in NOISY_LIBRARIES:
        logging.getLogger(name).setLevel(logging.ERROR)
    root = logging.getLogger()
    # Without a handler, Python prints a library's message and traceback to standard error.
    if not any(isinstance(handler, LibraryLogHandler) for handler in root.handlers):
        root.addHandler(LibraryLogHandler())
    # Warnings go the same way: their texts quote source lines or objects.
    logging.captureWarnings(capture=True)


def log_uncaught_errors() -> None:
    """Log exceptions that end a thread or are raised in a destructor, instead of printing them."""
    threading.excepthook = _log_thread_error
    sys.unraisablehook = _log_unraisable_error


def location_of(trace: TracebackType | None) -> str:
    """Return file and line where an exception was raised; never its text."""
    frames = extract_tb(trace)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"


def _log_thread_error(crash: threading.ExceptHookArgs) -> None:
    where = location_of(crash.exc_traceback)
    log.error("thread_failed", error=crash.exc_type.__name__, where=where)


def _log_unraisable_error(crash: "sys.UnraisableHookArgs") -> None:
    where = location_of(crash.exc_traceback)
    log.error("unraisable_error", error=crash.exc_type.__name__, where=where)
