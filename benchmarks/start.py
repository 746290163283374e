"""Benchmark of the start: the time until the bot answers, its memory when idle, and `--help`.

The bot and a bare process (Bolt, SQLAlchemy and uvicorn alone) start in turn, and so do
`imi-bot --help` and a Python that imports typer:

    python -m benchmarks.start [--rounds 5]
"""

import argparse
import asyncio
import os
import re
import socket
import sqlite3
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientError, ClientSession

from benchmarks.report import Row, print_rows
from benchmarks.servers import INSTALL, SECRET, process

IDLE_SECONDS = 2
TYPER = "import typer"
LONGEST_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Start:
    """A program, and the path at which it answers once it has started."""

    command: tuple[str, ...]
    path: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a start: seconds by the clock and of a processor, and kilobytes when idle."""

    seconds: float
    processor_seconds: float
    kilobytes: int


async def rows(rounds: int = 5) -> list[Row]:
    """Measure start, memory and help, each in so many rounds beside its baseline."""
    with TemporaryDirectory() as folder:
        # An installed bot has bytecode of all modules; the first start of each writes it here.
        bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        async with process("slack") as slack:
            bot = await _bot(Path(folder), slack, bytecode)
            bare = _bare(Path(folder), bytecode)
            costs = [(await _started(bot), await _started(bare)) for _ in range(rounds + 1)]
        helps = [
            (await _ended(bytecode, "-m", "bot", "--help"), await _ended(bytecode, "-c", TYPER))
            for _ in range(rounds + 1)
        ]
    return [*_start_rows(costs[1:]), _help_row(helps[1:])]


def _start_rows(costs: list[tuple[Cost, Cost]]) -> list[Row]:
    baseline = "bare Bolt, SQLAlchemy and uvicorn"
    own, bare = [each[0] for each in costs], [each[1] for each in costs]
    seconds, bare_seconds = (statistics.median(c.seconds for c in each) for each in (own, bare))
    spent, bare_spent = (
        statistics.median(c.processor_seconds for c in each) for each in (own, bare)
    )
    size, bare_size = (statistics.median(c.kilobytes for c in each) for each in (own, bare))
    return [
        Row(
            *("start to ready", baseline, seconds / bare_seconds, 2, 1.5),
            f"{seconds:.2f} s to {bare_seconds:.2f} s; processor: {spent / bare_spent:.2f} times",
        ),
        Row(
            *("memory when idle", baseline, size / bare_size, 2, 1.5),
            f"{size / 1024:.0f} MB to {bare_size / 1024:.0f} MB",
        ),
    ]


def _help_row(helps: list[tuple[float, float]]) -> Row:
    own, bare = (statistics.median(each[place] for each in helps) for place in (0, 1))
    details = f"{own * 1000:.0f} ms to {bare * 1000:.0f} ms"
    return Row("`imi-bot --help`", "`python -c 'import typer'`", own / bare, 3, 1.5, details)


async def _bot(folder: Path, slack: dict[str, str], bytecode: dict[str, str]) -> Start:
    """Make a database for the bot, and return how it starts over HTTP."""
    port = _free_port()
    environment = {
        **bytecode,
        "SLACK_BOT_TOKEN": INSTALL.bot_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack["api"],
        "IMI_DATABASE_URL": f"sqlite:///{folder}/imi.sqlite3",
        "IMI_HTTP_PORT": str(port),
        "IMI_SMTP_URL": slack["smtp"],
        "IMI_MAIL_FROM": "imi@imi.example",
        "IMI_SECRET_KEY": "k" * 32,
    }
    await _ended(environment, "-m", "bot", "init")
    return Start(("-m", "bot", "run"), f"http://127.0.0.1:{port}/readyz", environment)


def _bare(folder: Path, bytecode: dict[str, str]) -> Start:
    sqlite3.connect(folder / "bare.sqlite3").close()
    port = _free_port()
    command = ("-m", "benchmarks.bare_server", str(port), str(folder / "bare.sqlite3"))
    return Start(command, f"http://127.0.0.1:{port}/", bytecode)


async def _ended(environment: dict[str, str], *words: str) -> float:
    """Run Python with these words until it ends; return the seconds."""
    began = time.perf_counter()
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, *words),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await started.wait() == 0
    return time.perf_counter() - began


async def _started(start: Start) -> Cost:
    """Start the program, wait until it answers, let it idle, and stop it."""
    began = time.perf_counter()
    async with _running(start) as number:
        await _answered(start.path)
        seconds, spent = time.perf_counter() - began, _processor_seconds(number)
        await asyncio.sleep(IDLE_SECONDS)
        return Cost(seconds, spent, _kilobytes(number))


@asynccontextmanager
async def _running(start: Start) -> AsyncIterator[int]:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, *start.command),
        env={**os.environ, **start.environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield started.pid
    finally:
        started.terminate()
        await started.wait()


async def _answered(path: str) -> None:
    """Return as soon as the server says that it is ready."""
    async with asyncio.timeout(LONGEST_START_SECONDS), ClientSession() as session:
        while True:
            try:
                async with session.get(path) as answer:
                    if answer.status < 500:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.01)


def _processor_seconds(number: int) -> float:
    fields = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kilobytes(number: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{number}/status").read_text("utf-8"))
    assert found is not None
    return int(found.group(1))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def main() -> None:
    """Parse the arguments, measure, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    print_rows(asyncio.run(rows(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
