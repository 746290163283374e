"""Tests that `imi-bot demo` prints an introduction, serves, and stops on a signal."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.cli import demo as demo_command
from bot.demo.demo import DemoOptions
from core.passwords.hashing import Hasher
from tests.bot.cli.shell import send_sigterm_after
from tests.bot.log_capture import log_to_memory

QUICK = Hasher(memory_kib=8, rounds=1)
ROOT = Path(__file__).parents[3]


async def start_command(*words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


async def test_the_demo_prints_what_to_try_serves_and_stops() -> None:
    process = await start_command("demo", "--page-port", "0", "--portal-port", "0")
    assert process.stdout is not None
    printed = ""
    async with asyncio.timeout(40):
        while "Ctrl-C ends the demo" not in printed:
            printed += (await process.stdout.readline()).decode()

    async with aiohttp.ClientSession() as session:
        for url in re.findall(r"(?:Slack|portal): +(\S+)", printed):
            async with session.get(url) as answer:
                assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 15) == 0


async def test_the_demo_prints_three_things_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_memory()

    await asyncio.gather(
        demo_command._run(DemoOptions(0, 0, hasher=QUICK)),  # noqa: SLF001
        send_sigterm_after(4),
    )

    printed = capsys.readouterr().out
    assert "1. As Anna (http://127.0.0.1:" in printed
    assert "3. As Anna open the app's Home tab" in printed
