"""What people do to see their authority, and to say that its data is right (R2, R20)."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import data_review
from core.administration.overview import card_of
from core.languages.texts import texts
from core.users.rows import users
from core.users.timezones import time_zone_of
from handlers import payloads
from handlers.answers import ResponseTarget, notice
from handlers.asker import RequestContext
from handlers.authorities import choosing, views
from handlers.commands import commanded
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json

COMMAND = "/imi-authority"
SHOW = "show"


class AuthorityListeners:
    """My authority (R20)."""

    def __init__(self, parts: Dependencies, home: Publisher, chooser: choosing.Chooser) -> None:
        self._parts = parts
        self._home = home
        self._chooser = chooser

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        self._chooser.offer(SHOW, self.show)
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.action(views.STILL_RIGHT)(self.press_still_right)

    async def type_command(self, context: RequestContext, text: str, place: ResponseTarget) -> None:
        """`/imi-authority` shows one's own; `/imi-authority NAME` one that it manages (D15)."""
        if text:
            await self._chooser.by_words(SHOW, text, context, place)
        else:
            await self.show(context, context.principal.authority_id, place)

    async def show(self, context: RequestContext, authority_id: int, place: ResponseTarget) -> None:
        """Show the authority's card."""

        def look(tx: Connection) -> Json:
            found = card_of(tx, context.principal, authority_id)
            tz = time_zone_of(tx, users.require(tx, context.principal.user_id))
            return views.card(found, self._parts.rulebook.catalogue, tz, context.language)

        await place.show(await self._parts.store.read(look))

    async def press_still_right(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Write that the data is right as it is."""
        await ack()
        click, who = payloads.click_of(body), payloads.who_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=click.form is not None)

        def work(tx: Connection, context: RequestContext) -> Json:
            data_review.confirm(tx, context.principal, click.number, self._parts.clock())
            said = texts(context.language).gettext("Thank you. The data count as right from today.")
            return notice(f":white_check_mark: {said}", context.language)

        view = await self._parts.principals.act(who, place.refused, work)
        if view is not None:
            await place.show(view)
            self._home.refresh(client, who)
