"""`/imi-health`: how the product is."""

from slack_bolt.async_app import AsyncApp
from sqlalchemy import Connection

from core.health import service
from core.users.rows import users
from core.users.timezones import time_zone_of
from handlers.answers import ResponseTarget
from handlers.asker import RequestContext
from handlers.blocks import Json
from handlers.commands import commanded
from handlers.health import views
from handlers.parts import Dependencies

COMMAND = "/imi-health"


class HealthListeners:
    """The product's own health, for those who answer for it in the country."""

    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))

    async def type_command(
        self, context: RequestContext, _text: str, place: ResponseTarget
    ) -> None:
        """`/imi-health` shows what waits, what failed, and when each job was last done."""
        vitals, now = await self._parts.vitals(), self._parts.clock()

        def look(tx: Connection) -> Json:
            health = service.look_for(tx, context.principal, now)
            tz = time_zone_of(tx, users.require(tx, context.principal.user_id))
            return views.health_view(health, vitals, views.Reader(context.language, tz, now))

        await place.show(await self._parts.store.read(look))
