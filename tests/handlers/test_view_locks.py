"""Tests of the locks of views: of quick searches in one view, only the last is made."""

import asyncio
from functools import partial

from handlers.view_locks import ViewLocks


async def test_of_the_searches_that_wait_only_the_last_is_made() -> None:
    locks, made, gate = ViewLocks(), list[str](), asyncio.Event()

    async def search(text: str) -> None:
        made.append(text)
        await gate.wait()

    def typed(view: str, text: str) -> asyncio.Task[None]:
        return asyncio.create_task(locks.search_in(view, partial(search, text)))

    searches = [typed("V1", text) for text in ("m", "mø", "møl")] + [typed("V2", "other")]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*searches)

    # The first one had begun.
    assert made == ["m", "other", "møl"]


async def test_a_search_that_has_begun_is_ended_before_the_next_one() -> None:
    locks, made = ViewLocks(), list[str]()

    async def search(text: str) -> None:
        made.append(text)

    await locks.search_in("V1", partial(search, "first"))
    await locks.search_in("V1", partial(search, "second"))

    assert made == ["first", "second"]


async def test_a_search_waits_for_a_redraw_of_its_view() -> None:
    locks, made = ViewLocks(), list[str]()

    async def search() -> None:
        made.append("search")

    async with locks.lock_of("V1"):
        task = asyncio.create_task(locks.search_in("V1", search))
        await asyncio.sleep(0)
        made.append("redraw")
    await task

    assert made == ["redraw", "search"]
