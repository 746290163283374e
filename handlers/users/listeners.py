"""What administrators do to register a colleague: the command, the form, its two steps."""

from dataclasses import replace
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.audit.rules import Actor
from core.authorities import service as authorities
from core.deliveries import rows as deliveries
from core.errors import RuleError
from core.members.rules import MemberKey
from core.users import rows, service
from core.users.asker import Asker, asker_of, require_administrator
from core.users.rules import Admission, NewUser
from core.users.service import Registration
from core.users.typed import new_user_of
from handlers import payloads
from handlers.answers import notice, opened_by, pushed_by, said_by
from handlers.asker import Visit
from handlers.home.publisher import Publisher
from handlers.parts import Parts
from handlers.payloads import Json
from handlers.replies import field_errors, words
from handlers.users import fields, saved, views
from handlers.users.fields import Draft, block_of, draft_in, draft_of, filled_from
from handlers.users.help import help_text
from handlers.users.views import Setting

COMMAND = "/imi-adduser"
SHORTCUT = "add_user"
ADD_USER = "home_add_user"
# Stands in while the rest is checked; the real one is proposed from the checked name.
_ANY_USERNAME = "username"


class UserListeners:
    """Registering a colleague (R38-R55)."""

    def __init__(self, parts: Parts, home: Publisher) -> None:
        self._parts = parts
        self._askers = parts.askers
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

        async def work(visit: Visit) -> None:
            if str(command.get("text", "")).strip():
                await respond(help_text(visit.language))
                return
            await self._open_form(visit, payloads.trigger_of(command), client)

        await self._askers.receive(payloads.who_of(command), said_by(respond), work)

    async def use_shortcut(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form from the shortcut or from the Home tab."""
        await ack()
        who, trigger = payloads.who_of(body), payloads.trigger_of(body)

        async def work(visit: Visit) -> None:
            await self._open_form(visit, trigger, client)

        await self._askers.receive(who, opened_by(client, trigger), work)

    async def pick_member(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Fill the form from the picked member's Slack profile; nothing typed is lost."""
        await ack()
        form = payloads.form_of(body)
        refused = pushed_by(client, payloads.trigger_of(body))

        async def work(visit: Visit) -> None:
            draft = draft_in(form)
            if draft.member:
                key = self._key(draft.member)
                draft = filled_from(draft, await self._askers.colleague(key, fields.MEMBER))
            view = views.form(draft, await self._setting(visit.asker), visit.language)
            await client.views_update(view_id=form.view_id, view=view)

        await self._askers.receive(payloads.who_of(body), refused, work)

    async def submit_form(self, ack: AsyncAck, body: Json) -> None:
        """Check the first step and show the second with the proposed username (R51)."""
        draft = draft_in(payloads.form_of(body))

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**_answer_to(refusal, draft, language))

        async def work(visit: Visit) -> None:
            proposed = replace(draft, username=await self._checked(draft, visit.asker))
            setting = await self._setting(visit.asker)
            view = views.check(proposed, setting, visit.language)
            await ack(response_action="update", view=view)

        await self._askers.receive(payloads.who_of(body), refused, work)

    async def go_back(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Return to the first step with all that was typed."""
        await ack()
        form = payloads.form_of(body)
        refused = pushed_by(client, payloads.trigger_of(body))

        async def work(visit: Visit) -> None:
            setting = await self._setting(visit.asker)
            view = views.form(draft_of(form.metadata), setting, visit.language)
            await client.views_update(view_id=form.view_id, view=view)

        await self._askers.receive(payloads.who_of(body), refused, work)

    async def submit_check(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Register the user, and show what happens next."""
        form, who = payloads.form_of(body), payloads.who_of(body)
        draft = replace(draft_of(form.metadata), username=form.text(fields.USERNAME))

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**await self._answer_to_check(refusal, draft, who, language))

        def work(tx: Connection, visit: Visit) -> Json:
            wish = self._wish_in(tx, draft, visit.asker)
            registration = Registration(wish, visit.asker, form.view_id)
            now = self._parts.clock()
            user = service.register(tx, registration, self._parts.rulebook, now)
            newest = deliveries.newest_about(tx, user.id)
            return saved.saved(user, newest, visit.language)

        view = await self._askers.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh(client, who)

    async def _open_form(self, visit: Visit, trigger: str, client: AsyncWebClient) -> None:
        setting = await self._setting(visit.asker)
        view = views.form(Draft(language=visit.language), setting, visit.language)
        await client.views_open(trigger_id=trigger, view=view)

    async def _setting(self, asker: Asker) -> Setting:
        def wish(tx: Connection) -> Setting:
            require_administrator(tx, asker)
            return Setting(
                authorities.find(tx, asker.authority_id),
                self._parts.rulebook.catalogue,
                rows.count_administrators(tx, asker.authority_id),
                self._parts.rulebook.policy.administrators_wanted,
            )

        return await self._parts.store.read(wish)

    async def _checked(self, draft: Draft, asker: Asker) -> str:
        """Check all but the username, and return the one that is proposed."""
        wish = await self._wish(replace(draft, username=_ANY_USERNAME), asker)

        def look(tx: Connection) -> str:
            require_administrator(tx, asker)
            policy = self._parts.rulebook.policy
            proposed = service.propose_username(tx, wish.first_name, wish.last_name, policy)
            actor = Actor.user(asker.user_id)
            admission = Admission(asker.authority_id, replace(wish, username=proposed), actor)
            service.require_free(tx, admission, self._parts.rulebook)
            return proposed

        return await self._parts.store.read(look)

    async def _wish(self, draft: Draft, asker: Asker) -> NewUser:
        if draft.member:
            await self._askers.colleague(self._key(draft.member), fields.MEMBER)
        setting = await self._setting(asker)
        return self._read(draft, setting.authority.country)

    def _wish_in(self, tx: Connection, draft: Draft, asker: Asker) -> NewUser:
        if draft.member:
            self._askers.seen_colleague(tx, self._key(draft.member), fields.MEMBER)
        return self._read(draft, authorities.find(tx, asker.authority_id).country)

    def _read(self, draft: Draft, country: str) -> NewUser:
        typed = draft.typed(self._parts.team_id)
        return new_user_of(typed, country=country, policy=self._parts.rulebook.policy)

    async def _answer_to_check(
        self, refusal: RuleError, draft: Draft, who: MemberKey, language: str
    ) -> Json:
        errors = field_errors(refusal, language)
        if not errors or set(errors) == {fields.USERNAME}:
            return _answer_to(refusal, draft, language)
        # What is wrong stands in the first step: back to it, with all that was typed.
        asker = await self._parts.store.read(partial(asker_of, member=who))
        problem = words(refusal, language)
        view = views.form(draft, await self._setting(asker), language, problem)
        return {"response_action": "update", "view": view}

    def _key(self, member_id: str) -> MemberKey:
        return MemberKey(self._parts.team_id, member_id)


def _answer_to(refusal: RuleError, draft: Draft, language: str) -> Json:
    """Return the refusal as errors at their fields, or as a page of its own."""
    errors = field_errors(refusal, language)
    if not errors:
        view = notice(words(refusal, language), language)
        return {"response_action": "update", "view": view}
    named = {block_of(_block(field), draft.round): text for field, text in errors.items()}
    return {"response_action": "errors", "errors": named}


def _block(field: str) -> str:
    # A role that cannot be held stands at the field that every form has.
    return fields.ADMIN if field == "roles" else field
