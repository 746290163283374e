"""Tests of `imi-bot healthy`, the health check of containers, against the running product."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from bot.demo.demo import DemoOptions, free_port, running_demo
from core.passwords.hashing import Hasher
from tests.bot.cli.shell import Shell, in_thread
from tests.bot.log_capture import log_to_memory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.demo.demo import Demo

QUICK = DemoOptions(0, 0, socket_mode=False, hasher=Hasher(memory_kib=8, rounds=1))


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    log_to_memory()
    async with running_demo(QUICK) as running:
        yield running


async def test_a_running_bot_is_alive_and_ready(demo: Demo) -> None:
    shell = Shell({"IMI_HTTP_HOST": "0.0.0.0", "IMI_HTTP_PORT": str(demo.settings.imi_http_port)})  # noqa: S104

    alive = await in_thread(shell, "healthy")
    ready = await in_thread(shell, "healthy", "--ready")

    assert (alive.exit_code, alive.output) == (0, "ok\n")
    assert (ready.exit_code, ready.output) == (0, "database: ok\nSlack: ok\n")


async def test_a_bot_that_is_not_ready_is_alive_all_the_same(demo: Demo, tmp_path: Path) -> None:
    async def unavailable(_: object) -> None:
        raise OSError

    demo.product.store.read = demo.product.store.write = unavailable  # type: ignore[assignment, method-assign]
    settings = tmp_path / "settings"
    settings.write_text(f"IMI_HTTP_PORT={demo.settings.imi_http_port}\n", "utf-8")
    shell = Shell({"IMI_SETTINGS_FILE": str(settings)})

    alive = await in_thread(shell, "healthy")
    ready = await in_thread(shell, "healthy", "--ready")

    assert alive.exit_code == 0
    assert ready.exit_code == 1
    assert "database: " in ready.output


def test_without_an_answer_the_address_is_named() -> None:
    port = str(free_port(0))

    result = Shell({"IMI_HTTP_PORT": port}).type("healthy")

    assert result.exit_code == 1
    assert result.output == f"No answer from 127.0.0.1, port {port} (ConnectionRefusedError).\n"


def test_a_bot_that_hangs_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.healthy.SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        result = Shell({"IMI_HTTP_PORT": str(silent.getsockname()[1])}).type("healthy")

    assert result.exit_code == 1
    assert "TimeoutError" in result.output


def test_a_setting_that_cannot_be_read_is_no_traceback() -> None:
    result = Shell({"IMI_HTTP_PORT": "http"}).type("healthy")

    assert result.exit_code == 1
    assert "IMI_HTTP_PORT" in result.output
