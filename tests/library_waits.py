"""Shortens fixed waits of libraries, so that tests are faster.

Shortened are uvicorn's waits at a shutdown and the Slack SDK's pauses before it calls again.
"""

import asyncio
from typing import Any

import pytest
import uvicorn.server
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator

TIMES_SHORTER = 20


class _QuickAsyncio:
    """The module `asyncio`, with a `sleep` that takes a twentieth of the time."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module holds
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / TIMES_SHORTER)


def shorten(patch: pytest.MonkeyPatch) -> None:
    """Shorten both, in this process.

    Uvicorn looks every 5 ms, not every 100 ms, whether it should stop and who is left. After a
    failed connection or a server error, the SDK calls Slack again after milliseconds, not
    seconds; a `Retry-After` of Slack is waited for as it stands.
    """
    patch.setattr(uvicorn.server, "asyncio", _QuickAsyncio())
    backoff = BackoffRetryIntervalCalculator.calculate_sleep_duration

    def short_backoff(self: BackoffRetryIntervalCalculator, current_attempt: int) -> float:
        return backoff(self, current_attempt) / TIMES_SHORTER

    patch.setattr(BackoffRetryIntervalCalculator, "calculate_sleep_duration", short_backoff)
