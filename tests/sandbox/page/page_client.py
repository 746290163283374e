"""Sends the requests to the page's API that the page sends from a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aiohttp

    from sandbox.json_types import Json


async def load_state(page: aiohttp.ClientSession, member: str) -> Json:
    async with page.get("/page/state", params={"member": member}) as response:
        state: Json = await response.json()
        return state


async def act(page: aiohttp.ClientSession, **body: Any) -> Json:  # noqa: ANN401  (any JSON value)
    """Carry out an action, by default as Anna."""
    async with page.post("/page/act", json={"member": "U0ANNA", **body}) as response:
        answer: Json = await response.json()
        return answer


async def wait_for_change(page: aiohttp.ClientSession, since: int) -> int:
    async with page.get("/page/changes", params={"since": str(since)}) as response:
        return int((await response.json())["version"])
