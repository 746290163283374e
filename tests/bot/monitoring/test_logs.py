"""Tests that each event is one log line, and that errors are logged by type and location only."""

import asyncio
import gc
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog

from bot import __main__ as command_line
from bot.monitoring.logs import location_of, log_uncaught_errors, set_up_logs
from tests.bot.log_capture import log_to_memory

CANARY = "canary@imi.example"


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


async def broken() -> None:
    raise ValueError(CANARY)


async def forgotten_task() -> None:
    task = asyncio.create_task(broken())
    await asyncio.sleep(0.01)
    del task
    gc.collect()


def speaking_library() -> None:
    try:
        asyncio.run(broken())
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in %s", CANARY)


def warning() -> None:
    warnings.warn(CANARY, UserWarning, stacklevel=1)


def test_each_event_is_one_line_with_its_time_in_utc() -> None:
    stream = io.StringIO()
    set_up_logs(stream)

    structlog.get_logger().warning("unexpected_error", error='a\n{"event": "forged"}\r\u2028b')

    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["level"]) == ("unexpected_error", "warning")
    assert datetime.fromisoformat(entry["timestamp"]).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("act", "who", "kind"),
    [
        (lambda: asyncio.run(forgotten_task()), "asyncio", "ValueError"),
        (speaking_library, "uvicorn.error", "ValueError"),
        (lambda: logging.getLogger("sqlalchemy.pool").error(CANARY), "sqlalchemy.pool", None),
        (lambda: logging.getLogger("unheard").warning(CANARY), "unheard", None),
        pytest.param(
            warning, "py.warnings", None, marks=pytest.mark.filterwarnings("default::UserWarning")
        ),
    ],
)
def test_a_librarys_message_is_logged_by_location_and_type_alone(
    act: Callable[[], None], who: str, kind: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    logs = log_to_memory()
    # pytest records warnings itself, so that they do not reach the process's log.
    with warnings.catch_warnings():
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        act()

    (said,) = events(logs.getvalue())
    assert (said["event"], said["logger"], said["error"]) == ("library_message", who, kind)
    assert CANARY not in logs.getvalue() + "".join(capfd.readouterr())


def test_logging_to_a_closed_stream_raises_no_error() -> None:
    log_to_memory().close()

    logging.getLogger("uvicorn.error").error(CANARY)

    log_to_memory()


class Ending:
    """Raises in its destructor, where there is no caller."""

    def __del__(self) -> None:
        raise ValueError(CANARY)


def thread_that_breaks() -> None:
    thread = threading.Thread(target=lambda: asyncio.run(broken()))
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    ("act", "event"), [(thread_that_breaks, "thread_failed"), (Ending, "unraisable_error")]
)
def test_errors_in_threads_and_destructors_are_logged_by_type(
    act: Callable[[], object],
    event: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    logs = log_to_memory()
    log_uncaught_errors()

    act()

    (said,) = events(logs.getvalue())
    assert (said["event"], said["error"]) == (event, "ValueError")
    assert said["where"].startswith("test_logs.py:")
    assert CANARY not in logs.getvalue() + "".join(capfd.readouterr())


def test_a_crashed_command_prints_the_errors_type_and_location(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(command_line, "app", lambda **_: asyncio.run(broken()))

    with pytest.raises(SystemExit) as ended:
        command_line.main()

    log_to_memory()
    assert ended.value.code == 1
    said = "".join(capsys.readouterr())
    assert said.startswith("It stopped: ValueError at test_logs.py:")
    assert CANARY not in said


def test_an_error_that_was_never_raised_has_no_location() -> None:
    assert location_of(None) == "nowhere"
