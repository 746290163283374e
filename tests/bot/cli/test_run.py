"""Tests that `imi-bot run` prints its port, reports a failed start, and stops on a signal."""

import asyncio
import gc
import signal
import socket
from pathlib import Path

import pytest

from bot.cli import run as run_command
from bot.demo.demo import DemoOptions, running_demo
from core.passwords.hashing import Hasher
from tests.bot.cli.shell import Shell, send_sigterm_after
from tests.bot.log_capture import log_to_memory

QUICK = Hasher(memory_kib=8, rounds=1)


async def test_run_serves_until_a_stop_signal(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_memory()
    async with running_demo(DemoOptions(0, 0, socket_mode=False, hasher=QUICK)) as demo:
        settings = demo.settings.model_copy(update={"imi_http_port": 0})

        # The test run has frozen what was imported.
        gc.unfreeze()
        await asyncio.gather(run_command._run(settings), _send_sigterm_when_started())  # noqa: SLF001
        frozen = gc.get_freeze_count()
        gc.unfreeze()

    # Garbage collection leaves alone what the start made.
    assert frozen > 10_000
    assert "Portal on 127.0.0.1, port " in capsys.readouterr().out


async def _send_sigterm_when_started() -> None:
    """Send SIGTERM once the start has frozen what it made; fail after half a minute."""
    async with asyncio.timeout(30):
        while not gc.get_freeze_count():  # noqa: ASYNC110 - the collector sends no event
            await asyncio.sleep(0.05)
    await send_sigterm_after(0)


async def test_systemd_is_told_when_the_bot_is_ready_and_when_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_to_memory()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        async with running_demo(DemoOptions(0, 0, socket_mode=False, hasher=QUICK)) as demo:
            settings = demo.settings.model_copy(update={"imi_http_port": 0})
            await asyncio.gather(run_command._run(settings), send_sigterm_after(1))  # noqa: SLF001

        assert [systemd.recv(100), systemd.recv(100)] == [b"READY=1", b"STOPPING=1"]


async def test_a_stop_signal_during_the_start_is_not_lost() -> None:
    log_to_memory()
    # Without a handler of ours the signal does nothing, instead of ending the test run.
    earlier = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    async with running_demo(DemoOptions(0, 0, socket_mode=False, hasher=QUICK)) as demo:
        settings = demo.settings.model_copy(update={"imi_http_port": 0})

        async with asyncio.timeout(20):
            await asyncio.gather(run_command._run(settings), send_sigterm_after(0))  # noqa: SLF001

    signal.signal(signal.SIGTERM, earlier)


async def test_a_stop_signal_ends_a_start_that_waits_for_slack() -> None:
    log_to_memory()
    earlier = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    connections: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(
        lambda _, writer: connections.append(writer), "127.0.0.1", 0
    )
    port = silent.sockets[0].getsockname()[1]
    async with running_demo(DemoOptions(0, 0, socket_mode=False, hasher=QUICK)) as demo:
        changes = {"imi_http_port": 0, "slack_api_url": f"http://127.0.0.1:{port}/api/"}
        settings = demo.settings.model_copy(update=changes)

        async with asyncio.timeout(10):
            await asyncio.gather(run_command._run(settings), send_sigterm_after(1))  # noqa: SLF001

    for connection in connections:
        connection.close()
        await connection.wait_closed()
    silent.close()
    await silent.wait_closed()
    signal.signal(signal.SIGTERM, earlier)


def test_run_reports_an_unreachable_slack(shell: Shell) -> None:
    shell.type("init")

    result = shell.type("run")

    assert result.exit_code == 1
    assert "Try: imi-bot doctor" in result.output
