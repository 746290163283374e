"""What administrators do with their own authority."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.authorities import service
from core.users.asker import require_administrator
from handlers import payloads
from handlers.answers import Place
from handlers.asker import Visit
from handlers.authorities import views
from handlers.parts import Parts
from handlers.payloads import Json


class AuthorityListeners:
    """My authority (R20)."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        for action_id in (views.OPEN_AUTHORITY, views.OPEN_CLASSIFICATION, views.OPEN_MODULES):
            app.action(action_id)(self.open)

    async def open(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the authority."""
        await ack()
        place = Place(client, payloads.trigger_of(body))

        async def work(visit: Visit) -> None:
            def look(tx: Connection) -> Json:
                me = require_administrator(tx, visit.asker)
                authority = service.find(tx, me.authority_id)
                return views.card(authority, self._parts.rulebook.catalogue, visit.language)

            await place.show(await self._parts.store.read(look))

        await self._parts.askers.receive(payloads.who_of(body), place.refused, work)
