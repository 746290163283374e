"""Shortens uvicorn's waits at a shutdown, so that tests are faster."""

import asyncio
from typing import Any

import pytest
import uvicorn.server

TIMES_SHORTER = 20


class _QuickAsyncio:
    """The module `asyncio`, with a `sleep` that takes a twentieth of the time."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module holds
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / TIMES_SHORTER)


def shorten(patch: pytest.MonkeyPatch) -> None:
    """Let uvicorn look every 5 ms, not every 100 ms, whether it should stop and who is left."""
    patch.setattr(uvicorn.server, "asyncio", _QuickAsyncio())
