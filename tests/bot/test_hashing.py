"""Hashing away from the event loop."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.hashing import HashPool
from core.passwords.hashing import Hasher
from core.secret import Secret


@pytest.fixture
def pool() -> Iterator[HashPool]:
    made = HashPool(Hasher(memory_kib=8, rounds=1))
    yield made
    made.close()


async def test_a_password_matches_its_hash_and_no_other(pool: HashPool) -> None:
    digest = await pool.hash_of(Secret("Correct-horse-7"))

    assert await pool.matches(Secret("Correct-horse-7"), digest)
    assert not await pool.matches(Secret("correct-horse-7"), digest)


async def test_without_a_hash_nothing_matches(pool: HashPool) -> None:  # D3
    assert not await pool.matches(Secret("anything"), None)


async def test_an_old_password_is_found_among_many(pool: HashPool) -> None:  # R71
    digests = [await pool.hash_of(Secret(f"Old-password-{number}")) for number in range(3)]

    assert await pool.matches_any(Secret("Old-password-2"), digests)
    assert not await pool.matches_any(Secret("Old-password-3"), digests)


async def test_what_waits_is_counted(pool: HashPool) -> None:
    work = [asyncio.create_task(pool.hash_of(Secret("x"))) for _ in range(5)]
    await asyncio.sleep(0)

    assert pool.waiting == 5
    await asyncio.gather(*work)
    assert pool.waiting == 0
