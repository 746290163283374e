"""What the listeners of every feature work with."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.health.rules import ProcessHealth
from core.rulebook import Rulebook
from core.store.store import Store
from handlers.asker import PrincipalResolver, Workspace
from handlers.turns import ViewLocks


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Handed in by whoever starts the process.

    `later` carries out work after the answer; `nudge` tells the delivery worker to look at once;
    `vitals` says how the process is; in `turns` no older picture lies over a newer one.
    """

    store: Store
    rulebook: Rulebook
    clock: Callable[[], datetime]
    workspace: Workspace
    team_id: str
    public_url: str
    later: Callable[[Coroutine[Any, Any, Any]], None]
    nudge: Callable[[], None]
    vitals: Callable[[], Awaitable[ProcessHealth]]
    commission_channel: str | None = None
    turns: ViewLocks = field(default_factory=ViewLocks)

    @property
    def principals(self) -> PrincipalResolver:
        """Return who turns Slack members into askers."""
        return PrincipalResolver(self.store, self.workspace, self.team_id, self.clock)
