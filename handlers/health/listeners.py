"""The listener of `/imi-health`, which shows the health of the product.

Only administrators of the national coordinator may see it.
"""

from slack_bolt.async_app import AsyncApp
from sqlalchemy import Connection

from core.health import service
from handlers.command_listener import button_listener, command_listener
from handlers.dependencies import Dependencies
from handlers.health import views
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget
from handlers.ui.action_ids import OPEN_HEALTH

COMMAND = "/imi-health"


class HealthListeners:
    """Listener for the health of the product; only the national coordinator may see it."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._store = dependencies.store

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.action(OPEN_HEALTH)(button_listener(self._dependencies, self.type_command))

    async def type_command(
        self, context: RequestContext, _text: str, target: ResponseTarget
    ) -> None:
        """`/imi-health` shows waiting and failed messages, and when each job last ran."""
        process_health, now = await self._dependencies.process_health(), self._clock()

        def load_health(tx: Connection) -> Json:
            health = service.health_for(tx, context.principal, now)
            tz = context.time_zone
            return views.health_view(
                health, process_health, views.HealthViewContext(context.language, tz, now)
            )

        await target.show(await self._store.read(load_health))
