"""What administrators do to register a colleague: the command, the form, its two steps."""

from dataclasses import replace
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import registration as service
from core.deliveries.rows import deliveries
from core.errors import RuleError
from core.members.rules import MemberKey
from core.users.principals import principal_for_member
from handlers import payloads
from handlers.answers import answer_at_fields, opened_by, pushed_by, redraw, said_by
from handlers.asker import RequestContext
from handlers.help.entries import help_of
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json
from handlers.replies import field_errors, words
from handlers.users import fields, saved, views
from handlers.users.fields import Draft, block_of, draft_in, draft_of, filled_from
from handlers.users.wishes import Wishes

COMMAND = "/imi-adduser"
SHORTCUT = "add_user"
ADD_USER = "home_add_user"


class UserListeners:
    """Registering a colleague (R38-R55)."""

    def __init__(self, parts: Dependencies, home: Publisher) -> None:
        self._parts = parts
        self._askers = parts.principals
        self._wishes = Wishes(parts, self._askers)
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(self.type_command)
        app.shortcut(SHORTCUT)(self.use_shortcut)
        app.action(ADD_USER)(self.use_shortcut)
        app.action(fields.MEMBER)(self.pick_member)
        app.action(views.BACK)(self.go_back)
        app.view(views.FORM)(self.submit_form)
        app.view(views.CHECK)(self.submit_check)

    async def type_command(
        self, ack: AsyncAck, respond: AsyncRespond, command: Json, client: AsyncWebClient
    ) -> None:
        """`/imi-adduser` opens the form, `/imi-adduser help` explains it."""
        await ack()
        who = payloads.who_of(command)
        if payloads.command_text_of(command):
            await self._explain(who, respond)
            return
        trigger = payloads.trigger_of(command)

        async def work(context: RequestContext) -> None:
            await self._open_form(context, trigger, client)

        await self._askers.receive(who, said_by(respond), work)

    async def use_shortcut(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form from the shortcut or from the Home tab."""
        await ack()
        who, trigger = payloads.who_of(body), payloads.trigger_of(body)

        async def work(context: RequestContext) -> None:
            await self._open_form(context, trigger, client)

        await self._askers.receive(who, opened_by(client, trigger), work)

    async def pick_member(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Fill the form from the picked member's Slack profile; nothing typed is lost."""
        await ack()
        form = payloads.form_of(body)
        refused = pushed_by(client, payloads.trigger_of(body))

        async def work(context: RequestContext) -> None:
            await redraw(client, form, await self._filled(draft_in(form), context))

        await self._askers.receive(payloads.who_of(body), refused, work)

    async def submit_form(self, ack: AsyncAck, body: Json) -> None:
        """Check the first step and show the second with the proposed username (R51).

        Whoever is faster than the picked member's profile sees it in the form first.
        """
        draft = draft_in(payloads.form_of(body))

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, partial(_block, draft)))

        async def work(context: RequestContext) -> None:
            if draft.lags:
                view = await self._filled(draft, context, views.about_picking(context.language))
            else:
                proposed = await self._wishes.proposed(draft, context.principal)
                setting = await self._wishes.setting(context.principal)
                view = views.check(replace(draft, username=proposed), setting, context.language)
            await ack(response_action="update", view=view)

        await self._askers.receive(payloads.who_of(body), refused, work)

    async def go_back(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Return to the first step with all that was typed."""
        await ack()
        form = payloads.form_of(body)
        refused = pushed_by(client, payloads.trigger_of(body))

        async def work(context: RequestContext) -> None:
            setting = await self._wishes.setting(context.principal)
            await redraw(client, form, views.form(draft_of(form), setting, context.language))

        await self._askers.receive(payloads.who_of(body), refused, work)

    async def submit_check(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Register the user, and show what happens next."""
        form, who = payloads.form_of(body), payloads.who_of(body)
        draft = draft_of(form)

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**await self._answer_to_check(refusal, draft, who, language))

        def work(tx: Connection, context: RequestContext) -> Json:
            wish = self._wishes.wish_in(tx, draft, context.principal)
            request = service.request_by_administrator(tx, context.principal, wish, form.view_id)
            now = self._parts.clock()
            user = service.register(tx, request, self._parts.rulebook, now)
            newest = deliveries.newest_about(tx, user.id)
            return saved.saved(user, newest, context.language)

        view = await self._askers.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh(client, who)

    async def _explain(self, who: MemberKey, respond: AsyncRespond) -> None:
        """Explain the command to everybody, and to those who may not use it why."""

        async def refused(refusal: RuleError, language: str) -> None:
            await respond("\n".join([help_of(COMMAND, language), words(refusal, language)]))

        async def work(context: RequestContext) -> None:
            await self._wishes.setting(context.principal)
            await respond(help_of(COMMAND, context.language))

        await self._askers.receive(who, refused, work)

    async def _open_form(
        self, context: RequestContext, trigger: str, client: AsyncWebClient
    ) -> None:
        setting = await self._wishes.setting(context.principal)
        view = views.form(Draft(language=context.language), setting, context.language)
        await client.views_open(trigger_id=trigger, view=view)

    async def _filled(self, draft: Draft, context: RequestContext, problem: str = "") -> Json:
        """Return the form with the picked member's profile in it."""
        member = await self._wishes.profile(draft)
        filled = draft if member is None else filled_from(draft, member)
        setting = await self._wishes.setting(context.principal)
        return views.form(filled, setting, context.language, problem)

    async def _answer_to_check(
        self, refusal: RuleError, draft: Draft, who: MemberKey, language: str
    ) -> Json:
        errors = field_errors(refusal, language)
        if not errors or set(errors) == {fields.USERNAME}:
            return answer_at_fields(refusal, language, partial(_block, draft))
        # What is wrong stands in the first step: back to it, with all that was typed.
        principal = await self._parts.store.read(partial(principal_for_member, member=who))
        problem = words(refusal, language)
        view = views.form(draft, await self._wishes.setting(principal), language, problem)
        return {"response_action": "update", "view": view}


def _block(draft: Draft, field: str) -> str:
    # A role that cannot be held stands at the field that every form has.
    return block_of(fields.ADMIN if field == "roles" else field, draft.round)
