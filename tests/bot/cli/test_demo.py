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
from tests.bot.log_capture import log_to_memory

QUICK = Hasher(memory_kib=8, rounds=1)
ROOT = Path(__file__).parents[3]


async def start_command(*words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


async def test_the_demo_prints_what_to_try_serves_and_stops(tmp_path: Path) -> None:
    log_file = tmp_path / "demo.log"
    process = await start_command(
        "demo", "--page-port", "0", "--portal-port", "0", "--log-file", str(log_file)
    )
    assert process.stdout is not None
    printed = ""
    async with asyncio.timeout(40):
        while "Ctrl-C ends the demo" not in printed:
            printed += (await process.stdout.readline()).decode()

    async with aiohttp.ClientSession() as session:
        urls = re.findall(r"(?:browser|of its own):  (\S+)", printed)
        assert len(urls) == 2
        for url in urls:
            async with session.get(url) as answer:
                assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 15) == 0
    # The log is in its file, and not among what there is to read.
    assert printed.startswith(f"The demo starts, which takes a few seconds. Its log: {log_file}\n")
    assert process.stderr is not None
    assert await process.stderr.read() == b""
    assert '"event"' in log_file.read_text("utf-8")
    assert '"event"' not in printed


async def send_sigterm_once_printed(
    capsys: pytest.CaptureFixture[str], text: str, parts: list[str]
) -> None:
    """Collect what is printed in `parts`; stop the process once the text is among it."""
    async with asyncio.timeout(60):
        while text not in "".join(parts):
            await asyncio.sleep(0.1)
            parts.append(capsys.readouterr().out)
    os.kill(os.getpid(), signal.SIGTERM)


async def test_the_demo_prints_three_things_to_try(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log_to_memory()
    parts: list[str] = []

    await asyncio.gather(
        demo_command._run(  # noqa: SLF001
            DemoOptions(0, 0, hasher=QUICK, sample_users=True), tmp_path / "demo.log"
        ),
        send_sigterm_once_printed(capsys, "The log: ", parts),
    )

    printed = "".join([*parts, capsys.readouterr().out])
    assert re.search(r"page in a browser:  http://127.0.0.1:\d+/\?as=U0AOIFE&view=home\n", printed)
    assert re.search(
        r"Be that colleague:  http://127.0.0.1:\d+/\?as=U0EOIN&view=mailbox\n", printed
    )
    assert "Press Next, then Save, then Close." in printed
    assert f"The log: {tmp_path / 'demo.log'}" in printed
    assert "{" not in printed
