"""Locks that make redraws of the same modal or Home tab wait for each other.

Otherwise an older redraw could replace a newer one.
"""

from asyncio import Lock
from collections.abc import Awaitable, Callable, Hashable
from weakref import WeakValueDictionary


class _ViewLock(Lock):
    """The lock of a view, and how many searches in it have been asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.searches = 0


class ViewLocks:
    """Serialises redraws of the same view, so that an older one never replaces a newer one.

    Without a lock, a redraw that reads first but reaches Slack last would show old data until
    somebody opens the view again.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, _ViewLock] = WeakValueDictionary()

    def lock_of(self, view: Hashable) -> Lock:
        """Return the lock to hold from the read to Slack's answer; unused locks disappear."""
        return self._view_lock(view)

    async def search_in(self, view: Hashable, search: Callable[[], Awaitable[object]]) -> None:
        """Hold the lock and make the search, unless a later one waits for the lock.

        While somebody types quickly, only the last search is read and drawn.
        """
        lock = self._view_lock(view)
        lock.searches += 1
        number = lock.searches
        async with lock:
            if number == lock.searches:
                await search()

    def _view_lock(self, view: Hashable) -> _ViewLock:
        lock = self._locks.get(view)
        if lock is None:
            lock = self._locks[view] = _ViewLock()
        return lock
