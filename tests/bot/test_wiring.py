"""Tests of the start of the product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.demo.demo import register_country
from bot.wiring import running_product
from tests.bot.broken_hasher import BrokenHasher
from tests.crash.environment import crash_workspace, environment_of, settings_from

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_machine_that_cannot_hash_does_not_start(  # D3
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMI_CRASH_BEGAN", "0")
    async with crash_workspace([]) as slack:
        settings = settings_from(environment_of(slack, f"sqlite:///{tmp_path / 'imi.sqlite3'}", ""))
        await register_country(settings, slack)
        hasher = BrokenHasher(memory_kib=8, rounds=1)

        with pytest.raises(MemoryError):
            async with running_product(settings, hasher=hasher):
                pytest.fail("It started.")
