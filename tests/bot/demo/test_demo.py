"""Tests that the demo finds free ports."""

import pytest

from bot.demo import demo as demo_module
from bot.demo.demo import DemoOptions, free_port, running_demo
from core.passwords.hashing import Hasher

QUICK = Hasher(memory_kib=8, rounds=1)


async def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    async with running_demo(DemoOptions(0, 0, hasher=QUICK)) as demo:
        taken = demo.settings.imi_http_port

        assert free_port(taken) != taken


def test_without_a_free_port_an_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_module, "HOST", "192.0.2.1")

    with pytest.raises(OSError, match="No port is free"):
        free_port(0)
