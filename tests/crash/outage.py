"""An outage under load: servers that the product needs are unavailable for a while."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp

from bot.monitoring.database_probe import VALID_SECONDS
from tests.crash.environment import start_product
from tests.crash.proxy import Proxy

# The settings that say where each server is.
DATABASE, SLACK, MAIL = "IMI_DATABASE_URL", "SLACK_API_URL", "IMI_SMTP_URL"
# The load has so many seconds before the outage and after it; `/readyz` remembers the database's
# state for a while.
CALM_SECONDS = VALID_SECONDS + 1


@dataclass(frozen=True, slots=True)
class Outage:
    """The settings of the servers that are unavailable, and for how many seconds."""

    settings: tuple[str, ...]
    seconds: float


async def have_outage(outage: Outage, environment: dict[str, str]) -> str:
    """Run the product, and cut it off from the servers for the time of the outage.

    Returns the HTTP status codes of `/readyz` before, in and after the outage.
    """
    async with AsyncExitStack() as stack:
        proxies = {
            name: await stack.enter_async_context(Proxy(environment[name]))
            for name in outage.settings
        }
        urls = {name: proxy.url for name, proxy in proxies.items()}
        process = await start_product({**environment, **urls})
        await asyncio.sleep(CALM_SECONDS)
        answers = [await _readiness(environment)]
        for proxy in proxies.values():
            await proxy.cut()
        passed = [proxy.passed for proxy in proxies.values()]
        assert all(passed), "Nothing went through a proxy before the outage."
        await asyncio.sleep(outage.seconds)
        assert passed == [proxy.passed for proxy in proxies.values()], "A proxy was not cut."
        answers.append(await _readiness(environment))
        for proxy in proxies.values():
            await proxy.restore()
        await asyncio.sleep(CALM_SECONDS)
        answers.append(await _readiness(environment))
        assert process.returncode is None, "The product ended in the outage."
        process.terminate()
        await process.wait()
    return ", ".join(map(str, answers))


async def _readiness(environment: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{environment['IMI_PUBLIC_URL']}/readyz") as answer,
    ):
        return answer.status
