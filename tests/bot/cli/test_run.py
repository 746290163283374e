"""`imi-bot run` and `imi-bot demo` as whole processes: they start, serve and stop when told to."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]


async def started(*words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


async def test_the_demo_prints_what_to_try_serves_and_stops() -> None:
    process = await started("demo", "--page-port", "0", "--portal-port", "0")
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
