"""What people do about passwords: reset another's, ask for one, grant or decline."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.deliveries.rows import deliveries
from core.errors import NobodyToAskError, RuleError
from core.members.rules import MemberKey
from core.resets import rows, service
from core.resets.rules import RequestSource
from core.resets.service import ResetDecision
from core.users.reset_permissions import require_resettable, reset_approvers
from core.users.rows import users
from core.users.timezones import time_zone_of
from handlers import payloads
from handlers.answers import ResponseTarget, answer_at_fields
from handlers.asker import RequestContext
from handlers.commands import commanded
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json
from handlers.resets import messages, views
from handlers.users.finder import UserPicker
from handlers.users.saved import Occasion, saved

COMMAND = "/imi-reset"


class ResetListeners:
    """Passwords of others, and requests (R16, R67, R68, D11)."""

    def __init__(self, parts: Dependencies, home: Publisher, finder: UserPicker) -> None:
        self._parts = parts
        self._home = home
        self._finder = finder

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        self._finder.offer("reset", self.open_for)
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.view(views.RESET)(self.submit_reset)
        app.view(views.ASK)(self.submit_ask)
        app.view(views.DECLINED)(self.submit_decline)
        app.action(messages.APPROVE)(self.approve)
        app.action(messages.DECLINE)(self.decline)

    async def type_command(self, context: RequestContext, text: str, place: ResponseTarget) -> None:
        """`/imi-reset NAME` resets another's password, `/imi-reset` asks for one's own."""
        if text:
            await self._finder.by_name("reset", text, context, place)
        else:
            await self.open_ask(context, place)

    async def open_for(self, context: RequestContext, user_id: int, place: ResponseTarget) -> None:
        """Ask before the reset."""

        def look(tx: Connection) -> Json:
            user = require_resettable(tx, context.principal, user_id)
            return views.confirm(user, context.language)

        await place.show(await self._parts.store.write(look))

    async def submit_reset(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Reset; the answer is where the mail stands."""
        form, who = payloads.form_of(body), payloads.who_of(body)

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, str))

        def work(tx: Connection, context: RequestContext) -> Json:
            number, now = form.travelled_number("user"), self._parts.clock()
            service.reset(tx, context.principal, number, now)
            return self._status(tx, number, context.language)

        view = await self._parts.principals.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._done(client, who)

    async def open_ask(self, context: RequestContext, place: ResponseTarget) -> None:
        """Show who would decide, or since when the request is open."""

        def look(tx: Connection) -> Json:
            me = users.require_in_authority(
                tx, context.principal.user_id, context.principal.authority_id
            )
            earlier = rows.find_open_of_user(tx, me.id)
            if earlier is not None:
                return views.asked(earlier, self._tz(tx, context), context.language)
            those = reset_approvers(tx, me)
            if not those:
                raise NobodyToAskError("Nobody can grant it.")
            return views.ask(those, self._parts.rulebook.policy, context.language)

        await place.show(await self._parts.store.read(look))

    async def submit_ask(self, ack: AsyncAck, body: Json) -> None:
        """Ask; the answer says what comes next."""

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, str))

        def work(tx: Connection, context: RequestContext) -> Json:
            policy, now = self._parts.rulebook.policy, self._parts.clock()
            request = service.request_reset(
                tx, context.principal.user_id, RequestSource.SLACK, policy, now
            )
            return views.asked(request, self._tz(tx, context), context.language)

        view = await self._parts.principals.act(payloads.who_of(body), refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()

    async def approve(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Grant the request, and show where the mail stands."""
        await ack()
        click, who = payloads.click_of(body), payloads.who_of(body)
        place = ResponseTarget(client, click.trigger_id)

        def work(tx: Connection, context: RequestContext) -> Json:
            policy, now = self._parts.rulebook.policy, self._parts.clock()
            decision = ResetDecision(click.number, approve=True)
            request = service.decide(tx, context.principal, decision, policy, now)
            return self._status(tx, request.user_id, context.language)

        view = await self._parts.principals.act(who, place.refused, work)
        if view is not None:
            await place.show(view)
            self._done(client, who)

    async def decline(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask for the reason."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id)

        async def work(context: RequestContext) -> None:
            def look(tx: Connection) -> Json:
                request = service.require_request(tx, context.principal, click.number)
                user = require_resettable(tx, context.principal, request.user_id)
                return views.decline(request, user, context.language)

            await place.show(await self._parts.store.write(look))

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def submit_decline(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Decline with the reason; every copy of the request shows it."""
        form, who = payloads.form_of(body), payloads.who_of(body)

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, str))

        def work(tx: Connection, context: RequestContext) -> bool:
            policy, now = self._parts.rulebook.policy, self._parts.clock()
            number, reason = form.travelled_number("request"), form.text(views.REASON)
            service.decide(tx, context.principal, ResetDecision(number, False, reason), policy, now)
            return True

        if await self._parts.principals.act(who, refused, work):
            await ack()
            self._done(client, who)

    def _done(self, client: AsyncWebClient, who: MemberKey) -> None:
        self._parts.nudge()
        self._home.refresh(client, who)

    def _status(self, tx: Connection, user_id: int, language: str) -> Json:
        user = users.require(tx, user_id)
        return saved(user, deliveries.newest_about(tx, user_id), language, Occasion.RESET)

    def _tz(self, tx: Connection, context: RequestContext) -> str:
        return time_zone_of(tx, users.require(tx, context.principal.user_id))
