"""The parts of the sandbox that its web page uses: workspace, mailbox and planned faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.interactions.dispatcher import Dispatcher
    from sandbox.mailbox import Mailbox
    from sandbox.state.workspace import Workspace
    from sandbox.webapi.faults import Faults


@dataclass(frozen=True, slots=True)
class PageContext:
    """Gives the page access to the dispatcher, the mails and the planned faults.

    `clock_follower` returns what is called after the clock was moved, if anything is; that returns
    what happened then.
    """

    dispatcher: Dispatcher
    mailbox: Mailbox
    faults: Faults
    clock_follower: Callable[[], Callable[[], Awaitable[str]] | None]

    @property
    def workspace(self) -> Workspace:
        """Return the workspace."""
        return self.dispatcher.workspace
