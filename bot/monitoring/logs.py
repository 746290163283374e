"""Structured logs: one JSON line an event, with names and ids only, never a payload or a secret."""

import logging
import sys
import threading
from contextlib import suppress
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TextIO

import structlog

# Their debug and info lines carry payloads and addresses.
NOISY_LIBRARIES = (
    "slack_bolt",
    "slack_sdk",
    "aiohttp",
    "aiosmtplib",
    "uvicorn",
    "apscheduler",
    "asyncio",
)

log = structlog.get_logger()


class LibraryLogHandler(logging.Handler):
    """What a library says, by where it says so: its words may quote a payload or an address."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write down who says something where, and the type of the error that it is about."""
        kind = record.exc_info[0] if record.exc_info else None
        # A log that cannot be written stops nobody.
        with suppress(ValueError, OSError):
            log.log(
                record.levelno,
                "library_message",
                logger=record.name,
                where=f"{record.filename}:{record.lineno}",
                error=None if kind is None else kind.__name__,
            )


def set_up_logs(stream: TextIO | None = None) -> None:
    """Send structured logs to `stream` (standard error), and quieten what could print payloads."""
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
    # Without a handler Python prints a library's words to standard error, traces and all.
    if not any(isinstance(handler, LibraryLogHandler) for handler in root.handlers):
        root.addHandler(LibraryLogHandler())
    # A warning quotes the line or the object that it is about.
    logging.captureWarnings(capture=True)


def log_uncaught_errors() -> None:
    """Let what breaks a thread, or an object's end, be logged as the rest is."""
    threading.excepthook = _of_thread
    sys.unraisablehook = _unraisable


def location_of(trace: TracebackType | None) -> str:
    """Return file and line of where an error was raised; never its text."""
    frames = extract_tb(trace)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"


def _of_thread(crash: threading.ExceptHookArgs) -> None:
    log.error(
        "thread_failed", error=crash.exc_type.__name__, where=location_of(crash.exc_traceback)
    )


def _unraisable(crash: "sys.UnraisableHookArgs") -> None:
    log.error("not_raised", error=crash.exc_type.__name__, where=location_of(crash.exc_traceback))
