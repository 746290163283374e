"""What people do with deliveries: look again, send again, say that the username was told."""

from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import username_handover
from core.deliveries import service
from core.languages.texts import texts
from core.users.principals import Principal
from core.users.rows import users
from handlers import payloads
from handlers.answers import ResponseTarget, notice, opened_by, pushed_by, redraw
from handlers.asker import RequestContext
from handlers.deliveries.messages import REVEAL_USERNAME
from handlers.deliveries.views import SEND_AGAIN
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import BlockAction, Json
from handlers.users import saved
from handlers.users.finder import UserPicker
from handlers.users.saved import Occasion


class DeliveryListeners:
    """Deliveries as their administrators see them (D10)."""

    def __init__(self, parts: Dependencies, home: Publisher, finder: UserPicker) -> None:
        self._parts = parts
        self._home = home
        self._finder = finder

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        self._finder.offer("status", self.open_for)
        for action_id in (saved.REFRESH, saved.TOLD, SEND_AGAIN):
            app.action(action_id)(self.press)
        app.action(REVEAL_USERNAME)(self.reveal)

    async def press(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Carry out what the button says, and show how things stand once that is answered."""
        await ack()
        click, who = payloads.click_of(body), payloads.who_of(body)
        refused = (pushed_by if click.form else opened_by)(client, click.trigger_id)

        async def work(context: RequestContext) -> None:
            user_id = await self._carry_out(click, context.principal)
            if click.form is not None:
                occasion = saved.occasion_of(click.form.travelled("occasion"))
                view = await self._saved(context, user_id, occasion)
                self._parts.later(redraw(client, click.form, view))
            elif click.in_message:
                view = await self._saved(context, user_id, Occasion.STATUS)
                self._parts.later(ResponseTarget(client, click.trigger_id).show(view))
            self._parts.nudge()
            self._home.refresh(client, who)

        await self._parts.principals.receive(who, refused, work)

    async def reveal(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show a user their own username, to them alone (D10's setting "reveal")."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=click.form is not None)

        async def work(context: RequestContext) -> None:
            now = self._parts.clock()
            username = await self._parts.store.write(
                partial(username_handover.reveal_username, principal=context.principal, now=now)
            )
            _ = texts(context.language).gettext
            text = _("Your username: `{username}`", username=username)
            await place.show(notice(text, context.language))

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def _carry_out(self, click: BlockAction, principal: Principal) -> int:
        number, now = click.number, self._parts.clock()

        def wish(tx: Connection) -> int:
            if click.action_id == SEND_AGAIN:
                return service.send_again(tx, principal, number, now).user_id
            if click.action_id == saved.TOLD:
                username_handover.confirm_handover(tx, principal, number, now)
            return number

        return await self._parts.store.write(wish)

    async def open_for(self, context: RequestContext, user_id: int, place: ResponseTarget) -> None:
        """Show where the messages to a user stand."""
        await place.show(await self._saved(context, user_id, Occasion.STATUS))

    async def _saved(self, context: RequestContext, user_id: int, occasion: Occasion) -> Json:
        def wish(tx: Connection) -> Json:
            newest = service.newest_about(tx, context.principal, user_id)
            return saved.saved(users.require(tx, user_id), newest, context.language, occasion)

        return await self._parts.store.read(wish)
