"""Tests of redrawing Home tabs in the background when a redraw fails, and of what is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.runtime.background_tasks import BackgroundTasks
from core.members.rules import MemberKey
from handlers.home import publisher as publisher_module
from handlers.home.publisher import HomePublisher
from tests.handlers.recording_app import unused_dependencies

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

PAUSE = 0.1
CLIENT: AsyncWebClient = None  # type: ignore[assignment] # no redraw here uses it
ANNA, JONAS = MemberKey("T0IMI", "U0ANNA"), MemberKey("T0IMI", "U0JONAS")


class FailingRedraws:
    """Asks for another redraw during the first one; every redraw fails."""

    def __init__(self, home: HomePublisher) -> None:
        self._home = home
        self.times: list[float] = []

    async def __call__(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        self.times.append(asyncio.get_running_loop().time())
        if len(self.times) == 1:
            self._home.refresh(client, member_key)
        raise ConnectionError("Slack is unavailable")


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> BackgroundTasks:
    monkeypatch.setattr(publisher_module, "PAUSE_SECONDS", PAUSE)
    monkeypatch.setattr(publisher_module, "DELAY_SECONDS", PAUSE / 10)
    return BackgroundTasks()


@pytest.fixture
def home(tasks: BackgroundTasks) -> HomePublisher:
    return HomePublisher(replace(unused_dependencies(), run_in_background=tasks))


async def test_redraws_that_fail_are_as_many_as_were_asked_for(
    home: HomePublisher, tasks: BackgroundTasks
) -> None:
    """The one that was asked for during the first comes after a pause, and no other follows."""
    redraws = FailingRedraws(home)
    home.on_refresh(redraws)

    home.refresh(CLIENT, ANNA)
    await asyncio.sleep(4 * PAUSE)
    await tasks.drain(1)

    first, second = redraws.times
    assert second - first >= PAUSE


async def test_the_messages_about_a_change_have_a_moment_before_the_redraw(
    home: HomePublisher, tasks: BackgroundTasks
) -> None:
    redraws = FailingRedraws(home)
    home.on_refresh(redraws)
    began = asyncio.get_running_loop().time()

    home.refresh(CLIENT, ANNA)
    await asyncio.sleep(4 * PAUSE)
    await tasks.drain(1)

    assert redraws.times[0] - began >= PAUSE / 10


async def test_after_the_pause_nothing_is_kept(home: HomePublisher, tasks: BackgroundTasks) -> None:
    home.on_refresh(FailingRedraws(home))

    for member_key in (ANNA, JONAS):
        home.refresh(CLIENT, member_key)
    await asyncio.sleep(PAUSE / 2)
    resting = {*home._rests_until}  # noqa: SLF001 - what is kept in memory
    await asyncio.sleep(4 * PAUSE)
    await tasks.drain(1)

    kept = (home._rests_until, home._stale, home._refreshing)  # noqa: SLF001 - as above
    assert resting == {ANNA.member_id, JONAS.member_id}
    assert kept == ({}, set(), set())
