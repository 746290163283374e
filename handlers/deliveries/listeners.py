"""What people do with deliveries: look again, send again, say that the username was told."""

from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import username_handover
from core.deliveries import service
from core.languages.texts import texts
from core.users.principals import Asker
from core.users.rows import users
from handlers import payloads
from handlers.answers import Place, notice, opened_by, pushed_by, redraw
from handlers.asker import Visit
from handlers.deliveries.messages import REVEAL_USERNAME
from handlers.deliveries.views import SEND_AGAIN
from handlers.home.publisher import Publisher
from handlers.parts import Parts
from handlers.payloads import Click, Json
from handlers.users import saved
from handlers.users.finder import Finder
from handlers.users.saved import Occasion


class DeliveryListeners:
    """Deliveries as their administrators see them (D10)."""

    def __init__(self, parts: Parts, home: Publisher, finder: Finder) -> None:
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

        async def work(visit: Visit) -> None:
            user_id = await self._carry_out(click, visit.asker)
            if click.form is not None:
                occasion = saved.occasion_of(click.form.travelled("occasion"))
                view = await self._saved(visit, user_id, occasion)
                self._parts.later(redraw(client, click.form, view))
            elif click.in_message:
                view = await self._saved(visit, user_id, Occasion.STATUS)
                self._parts.later(Place(client, click.trigger_id).show(view))
            self._parts.nudge()
            self._home.refresh(client, who)

        await self._parts.askers.receive(who, refused, work)

    async def reveal(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show a user their own username, to them alone (D10's setting "reveal")."""
        await ack()
        click = payloads.click_of(body)
        place = Place(client, click.trigger_id, pushed=click.form is not None)

        async def work(visit: Visit) -> None:
            now = self._parts.clock()
            username = await self._parts.store.write(
                partial(username_handover.reveal_username, asker=visit.asker, now=now)
            )
            _ = texts(visit.language).gettext
            text = _("Your username: `{username}`", username=username)
            await place.show(notice(text, visit.language))

        await self._parts.askers.receive(payloads.who_of(body), place.refused, work)

    async def _carry_out(self, click: Click, asker: Asker) -> int:
        number, now = click.number, self._parts.clock()

        def wish(tx: Connection) -> int:
            if click.action_id == SEND_AGAIN:
                return service.send_again(tx, asker, number, now).user_id
            if click.action_id == saved.TOLD:
                username_handover.confirm_told(tx, asker, number, now)
            return number

        return await self._parts.store.write(wish)

    async def open_for(self, visit: Visit, user_id: int, place: Place) -> None:
        """Show where the messages to a user stand."""
        await place.show(await self._saved(visit, user_id, Occasion.STATUS))

    async def _saved(self, visit: Visit, user_id: int, occasion: Occasion) -> Json:
        def wish(tx: Connection) -> Json:
            newest = service.about(tx, visit.asker, user_id)
            return saved.saved(users.require(tx, user_id), newest, visit.language, occasion)

        return await self._parts.store.read(wish)
