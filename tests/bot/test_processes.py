"""`imi-bot run` and `imi-bot demo` in this process: what they print, that they stop."""

import asyncio
import os
import signal
import sys
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.__main__ import main
from bot.commands import demo as demo_command
from bot.commands import run as run_command
from bot.commands.demo import Manner, demonstrating
from bot.roster import Roster
from bot.scheduler import Scheduler
from core.errors import SignInRefusedError
from core.passwords.hashing import Hasher
from core.policy import Policy
from core.rulebook import Rulebook
from core.secret import Secret
from core.signin import service as signin
from core.store.store import Store
from tests.bot.quiet import quiet_logs
from tests.data import a_user, an_authority
from tests.times import NOON

QUICK = Hasher(memory_kib=8, rounds=1)


async def stopped_after(seconds: float) -> None:
    await asyncio.sleep(seconds)
    os.kill(os.getpid(), signal.SIGTERM)


async def test_run_serves_until_it_is_told_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    quiet_logs()
    async with demonstrating(Manner(0, 0, socket_mode=False, hasher=QUICK)) as shown:
        settings = shown.settings.model_copy(update={"imi_http_port": 0})

        await asyncio.gather(run_command._run(settings), stopped_after(1))  # noqa: SLF001

    assert "Portal on 127.0.0.1, port " in capsys.readouterr().out


async def test_the_demo_tells_three_things_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    quiet_logs()

    await asyncio.gather(
        demo_command._demo(Manner(0, 0, hasher=QUICK)),  # noqa: SLF001
        stopped_after(4),
    )

    printed = capsys.readouterr().out
    assert "1. As Anna (http://127.0.0.1:" in printed
    assert "3. As Anna open the app's Home tab" in printed


async def test_a_taken_port_is_no_obstacle() -> None:
    async with demonstrating(Manner(0, 0, hasher=QUICK)) as shown:
        taken = shown.settings.imi_http_port

        assert demo_command._free(taken) != taken  # noqa: SLF001


def test_no_port_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_command, "HOST", "192.0.2.1")

    with pytest.raises(OSError, match="No port is free"):
        demo_command._free(0)  # noqa: SLF001


async def test_the_clockwork_ends_old_sessions(store: Store, rulebook: Rulebook) -> None:
    ada = await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))
    token = Secret("token")
    await store.write(lambda tx: signin.open_session(tx, ada.id, token, NOON))
    late = NOON + timedelta(hours=9)
    roster = Roster(store, AsyncWebClient(), lambda: late)
    scheduler = Scheduler(store, Policy(), lambda: late, roster)

    await scheduler.end_old_sessions()

    with pytest.raises(SignInRefusedError):
        await store.read(lambda tx: signin.visitor(tx, token, Policy(), NOON))


def test_the_command_explains_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["imi-bot", "--help"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 0
