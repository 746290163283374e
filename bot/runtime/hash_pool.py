"""Password hashes on threads of their own, so that answers to Slack do not wait for them."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from core.passwords.hashing import Hasher
from core.secret import Secret

T = TypeVar("T")

# Who comes later would wait for half a minute and more; they had better come again.
MOST_WAITING = 200


class HashPool:
    """One core fewer than the machine has, at least one: the event loop needs the other."""

    def __init__(self, hasher: Hasher) -> None:
        self._hasher = hasher
        # Made now: at the first unknown username it would cost a second hash, and tell (D3).
        self._dummy = hasher.dummy_hash()
        threads = max(1, (os.cpu_count() or 1) - 1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="hashing")
        self._turns = asyncio.Semaphore(threads + 1)
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Return how many hash operations wait or run."""
        return self._waiting

    @property
    def crowded(self) -> bool:
        """Say whether so many wait that nobody else should."""
        return self._waiting >= MOST_WAITING

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until a thread is nearly free, for what reads before its hash and writes after it.

        Of a hundred who sign in at once no more are looked up than can be compared soon; else
        their hundred reads stand between Slack and its answer.
        """
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()

    async def hash_of(self, password: Secret) -> str:
        """Return a new hash of the password."""
        return await self._run(lambda: self._hasher.hash_of(password))

    async def matches(self, password: Secret, digest: str | None) -> bool:
        """Say whether the password is the hash's; with no hash, no, after the same work (D3)."""
        same = await self._run(lambda: self._hasher.matches(password, digest or self._dummy))
        return same and digest is not None

    def is_outdated(self, digest: str) -> bool:
        """Say whether the hash was made with other parameters than new hashes are."""
        return self._hasher.is_outdated(digest)

    async def matches_any(self, password: Secret, digests: Iterable[str]) -> bool:
        """Say whether the password is one of the hashes' (R71)."""
        for digest in digests:
            if await self.matches(password, digest):
                return True
        return False

    def close(self) -> None:
        """Finish what runs, drop what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1
