"""From what somebody types or picks to one user, and on to what is to be done with them."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.users import lookup
from core.users.rules import User
from handlers import payloads
from handlers.dependencies import Dependencies
from handlers.payloads import BadPayloadError
from handlers.principals import RequestContext
from handlers.responses import ResponseTarget, notice_view
from handlers.ui.action_ids import CHOOSE_USER, USER_MENU
from handlers.ui.blocks import Json
from handlers.ui.user_menu import no_match_text, user_choice_view

UserAction = Callable[[RequestContext, int, ResponseTarget], Awaitable[None]]


class UserPicker:
    """Knows what can be done with a user: by name after a command, or from a user's menu."""

    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts
        self._acts: dict[str, UserAction] = {}

    def offer(self, what: str, act: UserAction) -> None:
        """Let `act` be done under the name `what`."""
        self._acts[what] = act

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.action(USER_MENU)(self.pick)
        app.action(CHOOSE_USER)(self.pick)

    async def by_name(
        self, what: str, text: str, context: RequestContext, place: ResponseTarget
    ) -> None:
        """Do `what` with whom the text means; let the person choose where it means several."""
        team_id = self._parts.team_id

        def look(tx: Connection) -> tuple[User, ...]:
            return lookup.named(tx, context.principal, text, team_id)

        found = await self._parts.store.read(look)
        if len(found) == 1:
            await self._acts[what](context, found[0].id, place)
        elif found:
            await place.show(user_choice_view(found, what, context.language))
        else:
            await place.show(notice_view(no_match_text(text, context.language), context.language))

    async def act(
        self, what: str, context: RequestContext, user_id: int, place: ResponseTarget
    ) -> None:
        """Do `what` with the user."""
        await self._acts[what](context, user_id, place)

    async def pick(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Do with the user what was picked in their menu."""
        await ack()
        click = payloads.block_action_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=click.form is not None)
        what, _, number = click.value.partition(":")
        if what not in self._acts or not number.isdecimal():
            raise BadPayloadError("No such thing to do with a user.")

        async def work(context: RequestContext) -> None:
            await self._acts[what](context, int(number), place)

        await self._parts.principals.receive(payloads.sender_of(body), place.refused, work)
