"""A pool of threads that hash passwords, so that hashing does not delay responses to Slack."""

import asyncio
import os
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from bot.runtime.fair_queue import FairQueue
from core.passwords.hashing import Hasher
from core.secret import Secret

T = TypeVar("T")

# A longer queue would mean waiting for half a minute or more; a later attempt is served sooner.
MAX_WAITING = 200


class HashPool:
    """Hashes on one thread fewer than the machine has cores, at least one.

    The event loop needs the remaining core.
    """

    def __init__(self, hasher: Hasher) -> None:
        self._hasher = hasher
        threads = max(1, (os.cpu_count() or 1) - 1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="hashing")
        # Made during the start. Made at the first unknown username, it would cost a second hash,
        # whose time would reveal that the username is unknown (D3).
        self._dummy = self._pool.submit(hasher.dummy_hash)
        self._queue = FairQueue(threads + 1, MAX_WAITING)
        self._in_pool = 0

    async def wait_until_ready(self) -> None:
        """Wait for the hash that unknown usernames are compared with; no sign-in comes before (D3).

        Raises:
            Exception: the machine cannot hash, for example for lack of memory.
        """
        await asyncio.wrap_future(self._dummy)

    @property
    def waiting(self) -> int:
        """Return how many hash operations wait or run."""
        return self._queue.waiting + self._in_pool

    def is_full(self, client_key: Hashable) -> bool:
        """Return whether the queue is so long that the client's next request is turned away."""
        return self._queue.is_full(client_key)

    def slot(self, client_key: Hashable) -> AbstractAsyncContextManager[None]:
        """Wait until a thread is nearly free; hold the slot around read, hash and write.

        Without it, a hundred simultaneous sign-ins would all read from the database at once, and
        delay answers to Slack, although only a few passwords can be compared at a time. However
        many requests one client sends, the others wait for one of them at most.
        """
        return self._queue.turn(client_key)

    async def hash_of(self, password: Secret) -> str:
        """Return a new hash of the password."""
        return await self._run(lambda: self._hasher.hash_of(password))

    async def matches(self, password: Secret, digest: str | None) -> bool:
        """Return whether the password matches the hash; False after equal work without one (D3)."""
        same = await self._run(
            lambda: self._hasher.matches(password, digest or self._dummy.result())
        )
        return same and digest is not None

    async def first_match(self, passwords: Iterable[Secret], digest: str | None) -> Secret | None:
        """Return the first password that matches the hash; all are compared in any case (D3)."""
        matching = [one for one in passwords if await self.matches(one, digest)]
        return matching[0] if matching else None

    def is_outdated(self, digest: str) -> bool:
        """Return whether the hash was made with other parameters than new hashes are."""
        return self._hasher.is_outdated(digest)

    async def matches_any(self, password: Secret, digests: Iterable[str]) -> bool:
        """Return whether the password matches one of the hashes (R71)."""
        for digest in digests:
            if await self.matches(password, digest):
                return True
        return False

    def close(self) -> None:
        """Wait for running hash operations and cancel queued ones."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _run(self, hash_operation: Callable[[], T]) -> T:
        self._in_pool += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, hash_operation)
        finally:
            self._in_pool -= 1
