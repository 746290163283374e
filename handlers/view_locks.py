"""Who draws the same picture at the same time takes turns."""

from asyncio import Lock
from collections.abc import Hashable
from weakref import WeakValueDictionary


class ViewLocks:
    """Lets one at a time read and draw a picture in Slack, in the order in which they asked.

    Without it an older picture, overtaken on its way to Slack, would lie over the newer one until
    somebody opens it anew.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()

    def of(self, picture: Hashable) -> Lock:
        """Return the lock to hold from the read to Slack's answer; it goes with its last user."""
        lock = self._locks.get(picture)
        if lock is None:
            lock = self._locks[picture] = Lock()
        return lock
