"""Tests of the locks of views: of quick searches in one view, only the last is made."""

import asyncio

from handlers.view_locks import ViewLocks


async def test_of_the_searches_that_wait_only_the_last_is_made() -> None:
    locks, made, gate = ViewLocks(), list[str](), asyncio.Event()

    async def search(view: str, text: str) -> None:
        async with locks.search_in(view) as is_last:
            if is_last:
                made.append(text)
                await gate.wait()

    typed = [asyncio.create_task(search("V1", text)) for text in ("m", "mø", "møl")]
    other = asyncio.create_task(search("V2", "other"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*typed, other)

    # The first one had begun.
    assert made == ["m", "other", "møl"]


async def test_a_search_that_has_begun_is_ended_before_the_next_one() -> None:
    locks, made = ViewLocks(), list[str]()

    async def search(text: str) -> None:
        async with locks.search_in("V1") as is_last:
            made.append(f"{text}: {is_last}")

    await search("first")
    await search("second")

    assert made == ["first: True", "second: True"]


async def test_a_search_waits_for_a_redraw_of_its_view() -> None:
    locks, made = ViewLocks(), list[str]()

    async def search() -> None:
        async with locks.search_in("V1") as is_last:
            made.append(f"search {is_last}")

    async with locks.lock_of("V1"):
        task = asyncio.create_task(search())
        await asyncio.sleep(0)
        made.append("redraw")
    await task

    assert made == ["redraw", "search True"]
