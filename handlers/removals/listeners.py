"""What administrators do about people who leave: remove, undo, keep."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import removal
from core.errors import LastHolderError, RuleError
from core.leavers import service as leavers
from core.members.rules import MemberKey
from core.users import lookup
from core.users.rows import users
from core.users.timezones import time_zone_of
from handlers import payloads
from handlers.answers import ResponseTarget, answer_at_fields, redraw
from handlers.asker import RequestContext
from handlers.commands import commanded
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json
from handlers.removals import messages, views
from handlers.roles.views import last_holder
from handlers.users.finder import UserPicker

COMMAND = "/imi-removeuser"


class RemovalListeners:
    """Removing users, and bringing them back (R13, R65, D14)."""

    def __init__(self, parts: Dependencies, home: Publisher, finder: UserPicker) -> None:
        self._parts = parts
        self._home = home
        self._finder = finder

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        self._finder.offer("remove", self.open_for)
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.view(views.CONFIRM)(self.submit)
        app.action(views.RESTORE)(self.restore)
        app.action(messages.LEAVER_REMOVE)(self.press_remove)
        app.action(messages.LEAVER_KEEP)(self.keep)

    async def type_command(self, context: RequestContext, text: str, place: ResponseTarget) -> None:
        """`/imi-removeuser NAME` removes, `/imi-removeuser restore` brings back."""
        if text and text.casefold() != "restore":
            await self._finder.by_name("remove", text, context, place)
            return

        def look(tx: Connection) -> Json:
            policy, now = self._parts.rulebook.policy, self._parts.clock()
            found = removal.restorable_users(tx, context.principal, policy, now)
            tz = time_zone_of(tx, users.require(tx, context.principal.user_id))
            return views.restorable(found, tz, context.language)

        await place.show(await self._parts.store.read(look))

    async def open_for(self, context: RequestContext, user_id: int, place: ResponseTarget) -> None:
        """Ask before the removal."""

        def look(tx: Connection) -> Json:
            user = lookup.require_user(tx, context.principal, user_id)
            return views.confirm(
                user,
                self._parts.rulebook.policy,
                own=user.id == context.principal.user_id,
                language=context.language,
            )

        await place.show(await self._parts.store.read(look))

    async def press_remove(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask before the removal of somebody who seems to have left."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id)

        async def work(context: RequestContext) -> None:
            await self.open_for(context, click.number, place)

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def submit(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Remove; the answer says so, with the way to undo it."""
        form, who = payloads.form_of(body), payloads.who_of(body)
        rulebook = self._parts.rulebook

        async def refused(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, LastHolderError):
                view = last_holder(refusal, rulebook.catalogue, language)
                await ack(response_action="push", view=view)
            else:
                await ack(**answer_at_fields(refusal, language, str))

        touched: list[MemberKey | None] = [who]

        def work(tx: Connection, context: RequestContext) -> Json:
            number, now = form.travelled_number("user"), self._parts.clock()
            user = removal.remove(tx, context.principal, number, rulebook, now)
            touched.append(user.member)
            return views.removed(user, rulebook.policy, context.language)

        view = await self._parts.principals.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._done(client, *touched)

    async def restore(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Bring the user back, in the place of the button."""
        await ack()
        click, who = payloads.click_of(body), payloads.who_of(body)
        form = click.form_needed
        place = ResponseTarget(client, click.trigger_id, pushed=True)

        def work(tx: Connection, context: RequestContext) -> Json:
            rulebook, now = self._parts.rulebook, self._parts.clock()
            user = removal.restore(tx, context.principal, click.number, rulebook, now)
            return views.restored(user, context.language)

        view = await self._parts.principals.act(who, place.refused, work)
        if view is not None:
            await redraw(client, form, view)
            self._done(client, who)

    async def keep(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Keep somebody who seems to have left; every copy of the question shows it."""
        await ack()
        click, who = payloads.click_of(body), payloads.who_of(body)
        place = ResponseTarget(client, click.trigger_id)

        def work(tx: Connection, context: RequestContext) -> bool:
            policy, now = self._parts.rulebook.policy, self._parts.clock()
            leavers.keep_user(tx, context.principal, click.number, policy, now)
            return True

        if await self._parts.principals.act(who, place.refused, work):
            self._done(client, who)

    def _done(self, client: AsyncWebClient, *those: MemberKey | None) -> None:
        self._parts.nudge()
        self._home.refresh_all(client, those)
