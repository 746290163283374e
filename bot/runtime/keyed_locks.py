"""Keeps one lock per key, for as long as the lock is in use."""

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
