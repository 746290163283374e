"""Locks that make redraws of the same modal or Home tab wait for each other.

Otherwise an older redraw could replace a newer one.
"""

from asyncio import Lock
from collections.abc import Hashable
from weakref import WeakValueDictionary


class ViewLocks:
    """Serialises redraws of the same view, so that an older one never replaces a newer one.

    Without a lock, a redraw that reads first but reaches Slack last would show old data until
    somebody opens the view again.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()

    def lock_of(self, view: Hashable) -> Lock:
        """Return the lock to hold from the read to Slack's answer; unused locks disappear."""
        lock = self._locks.get(view)
        if lock is None:
            lock = self._locks[view] = Lock()
        return lock
