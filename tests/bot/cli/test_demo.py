"""`imi-bot run` and `imi-bot demo` in this process: what they print, that they stop."""

import asyncio
import os
import signal
import sys

import pytest

from bot.__main__ import main
from bot.cli import demo as demo_command
from bot.cli import run as run_command
from bot.demo import demo as demo_module
from bot.demo.demo import DemoOptions, free_port, running_demo
from core.passwords.hashing import Hasher
from tests.bot.log_capture import log_to_memory

QUICK = Hasher(memory_kib=8, rounds=1)


async def stopped_after(seconds: float) -> None:
    await asyncio.sleep(seconds)
    os.kill(os.getpid(), signal.SIGTERM)


async def test_run_serves_until_it_is_told_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_memory()
    async with running_demo(DemoOptions(0, 0, socket_mode=False, hasher=QUICK)) as shown:
        settings = shown.settings.model_copy(update={"imi_http_port": 0})

        await asyncio.gather(run_command._run(settings), stopped_after(1))  # noqa: SLF001

    assert "Portal on 127.0.0.1, port " in capsys.readouterr().out


async def test_the_demo_tells_three_things_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_memory()

    await asyncio.gather(
        demo_command._run(DemoOptions(0, 0, hasher=QUICK)),  # noqa: SLF001
        stopped_after(4),
    )

    printed = capsys.readouterr().out
    assert "1. As Anna (http://127.0.0.1:" in printed
    assert "3. As Anna open the app's Home tab" in printed


async def test_a_taken_port_is_no_obstacle() -> None:
    async with running_demo(DemoOptions(0, 0, hasher=QUICK)) as shown:
        taken = shown.settings.imi_http_port

        assert free_port(taken) != taken


def test_no_port_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_module, "HOST", "192.0.2.1")

    with pytest.raises(OSError, match="No port is free"):
        free_port(0)


def test_the_command_explains_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["imi-bot", "--help"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 0
