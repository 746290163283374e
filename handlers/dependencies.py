"""The objects that `bot/wiring.py`, the composition root, hands to listeners of all features."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from core.health.rules import ProcessHealth
from core.members.rules import MemberKey
from core.rulebook import Rulebook
from core.store.store import Store
from handlers.open_confirmations import OpenConfirmations
from handlers.principals import PrincipalResolver
from handlers.view_locks import ViewLocks
from handlers.workspace import Workspace

# Redraws a view that the member has open.
Redraw = Callable[[AsyncWebClient, MemberKey], Awaitable[None]]


class HomeTab(Protocol):
    """Redraws Home tabs after a change; other features use no other part of `home/`."""

    def refresh(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        """Redraw the member's Home tab in the background."""
        ...

    def refresh_all(self, client: AsyncWebClient, member_keys: Iterable[MemberKey | None]) -> None:
        """Redraw the Home tab of each member; None stands for a user without a Slack member."""
        ...

    def on_refresh(self, redraw: Redraw) -> None:
        """Call `redraw` too whenever a member's Home tab is refreshed."""
        ...


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The objects that the composition root, `bot/wiring.py`, hands to every listener.

    `run_in_background` runs a coroutine after the response. `wake_delivery_worker` makes queued
    messages be sent at once. `process_health` returns the health of this process. `view_locks`
    keep an older redraw of a view from replacing a newer one. `open_confirmations` are redrawn
    when messages are sent.
    """

    store: Store
    rulebook: Rulebook
    clock: Callable[[], datetime]
    workspace: Workspace
    team_id: str
    public_url: str
    run_in_background: Callable[[Coroutine[Any, Any, Any]], None]
    wake_delivery_worker: Callable[[], None]
    process_health: Callable[[], Awaitable[ProcessHealth]]
    commission_channel: str | None = None
    view_locks: ViewLocks = field(default_factory=ViewLocks)
    open_confirmations: OpenConfirmations = field(default_factory=OpenConfirmations)

    @property
    def principals(self) -> PrincipalResolver:
        """Return the resolver of Slack members to principals."""
        return PrincipalResolver(
            self.store, self.workspace, self.team_id, self.clock, self.wake_delivery_worker
        )
