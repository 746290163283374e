"""Keeps one lock per key, as long as a task holds the lock or waits for it."""

from asyncio import Lock
from collections.abc import Hashable
from weakref import WeakValueDictionary


class KeyedLocks:
    """One lock for each key."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()

    def lock_of(self, key: Hashable) -> Lock:
        """Return the lock of the key."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = Lock()
        return lock
