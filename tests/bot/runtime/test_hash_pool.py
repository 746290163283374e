"""Tests of hashing on threads beside the event loop."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from bot.runtime.hash_pool import HashPool
from core.passwords.hashing import Hasher
from core.secret import Secret
from tests.bot.broken_hasher import BrokenHasher

QUICK = Hasher(memory_kib=8, rounds=1)


class CountingHasher(Hasher):
    """Records its hash operations."""

    def __init__(self) -> None:
        super().__init__(memory_kib=8, rounds=1)
        object.__setattr__(self, "operations", [])

    operations: list[str]

    def hash_of(self, password: Secret) -> str:
        self.operations.append("hash_of")
        return super().hash_of(password)

    def matches(self, password: Secret, password_hash: str) -> bool:
        self.operations.append("matches")
        return super().matches(password, password_hash)


@pytest.fixture
def pool() -> Iterator[HashPool]:
    made = HashPool(QUICK)
    yield made
    made.close()


async def test_a_password_matches_its_hash_and_no_other(pool: HashPool) -> None:
    digest = await pool.hash_of(Secret("Correct-horse-7"))

    assert await pool.matches(Secret("Correct-horse-7"), digest)
    assert not await pool.matches(Secret("correct-horse-7"), digest)


async def test_without_a_stored_hash_the_check_fails_after_equal_work() -> None:  # D3
    hasher = CountingHasher()
    pool = HashPool(hasher)
    await pool.wait_until_ready()
    made = [*hasher.operations]

    assert not await pool.matches(Secret("anything"), None)
    assert not await pool.matches(Secret("nobody's password"), None)
    assert not await pool.matches(Secret("anything"), QUICK.hash_of(Secret("x")))

    assert hasher.operations == [*made, "matches", "matches", "matches"]
    pool.close()


async def test_an_old_password_is_found_among_many(pool: HashPool) -> None:  # R71
    digests = [await pool.hash_of(Secret(f"Old-password-{number}")) for number in range(3)]

    assert await pool.matches_any(Secret("Old-password-2"), digests)
    assert not await pool.matches_any(Secret("Old-password-3"), digests)


async def test_the_number_of_simultaneous_slots_is_limited(pool: HashPool) -> None:
    threads, inside, most = max(1, (os.cpu_count() or 1) - 1), 0, 0

    async def operations(client_key: int) -> None:
        nonlocal inside, most
        async with pool.slot(client_key):
            inside += 1
            most = max(most, inside)
            await pool.matches(Secret("x"), None)
            inside -= 1

    tasks = [asyncio.create_task(operations(client_key)) for client_key in range(20)]
    await asyncio.sleep(0)
    assert pool.waiting == 20
    await asyncio.gather(*tasks)

    assert most == threads + 1
    assert pool.waiting == 0


async def test_waiting_hash_operations_are_counted(pool: HashPool) -> None:
    operations = [asyncio.create_task(pool.hash_of(Secret("x"))) for _ in range(5)]
    await asyncio.sleep(0)

    assert pool.waiting == 5
    await asyncio.gather(*operations)
    assert pool.waiting == 0


async def test_a_machine_that_cannot_hash_never_becomes_ready() -> None:
    pool = HashPool(BrokenHasher(memory_kib=16, rounds=1))

    with pytest.raises(MemoryError):
        await pool.wait_until_ready()
    pool.close()
