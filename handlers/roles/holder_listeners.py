"""What administrators do to see and change who holds a role."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.errors import LastHolderError, RuleError
from core.role_keys import RoleKey
from core.roles import service
from core.roles.service import HolderEdit
from core.users import lookup
from core.users.principals import require_administrator
from core.users.rows import roles, users
from core.users.rules import User
from handlers import payloads
from handlers.answers import ResponseTarget, notice, redraw
from handlers.asker import RequestContext
from handlers.commands import commanded
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import BadPayloadError, Json
from handlers.replies import words
from handlers.roles import holder_views, views
from handlers.users.finder import UserPicker

COMMAND = "/imi-roles"


class HolderListeners:
    """Roles by role: who holds each (R61, R62)."""

    def __init__(self, parts: Dependencies, home: Publisher, finder: UserPicker) -> None:
        self._parts = parts
        self._home = home
        self._finder = finder

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.action(holder_views.PERSON)(self.pick_person)
        app.action(views.HOLDERS)(self.show_holders)
        app.view(holder_views.FORM)(self.submit_holders)
        for action_id in (holder_views.PERSON, holder_views.GIVE, holder_views.TAKE):
            app.options(action_id)(self.suggest)

    async def type_command(self, context: RequestContext, text: str, place: ResponseTarget) -> None:
        """`/imi-roles NAME` opens that person's roles, `/imi-roles` shows all roles."""
        if text:
            await self._finder.by_name("roles", text, context, place)
            return

        def look(tx: Connection) -> Json:
            me = require_administrator(tx, context.principal)
            authority = authorities.require(tx, me.authority_id)
            held = roles.count_holders(tx, authority.id)
            catalogue = self._parts.rulebook.catalogue
            return holder_views.overview(authority, held, catalogue, context.language)

        await place.show(await self._parts.store.read(look))

    async def pick_person(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the roles of the person who was picked."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=True)

        async def work(context: RequestContext) -> None:
            await self._finder.act("roles", context, click.number, place)

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def show_holders(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show who holds a role: over all roles, or in the place of the refusal that named it."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=click.form is not None)
        key = _role_in(click.value)

        async def work(context: RequestContext) -> None:
            view = await self._parts.store.read(lambda tx: self._holders(tx, context, key))
            if click.form is not None and click.form.is_of("last_holder"):
                await redraw(client, click.form, view)
            else:
                await place.show(view)

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def suggest(self, ack: AsyncAck, body: Json) -> None:
        """Offer the people who fit what is typed so far."""
        search = payloads.search_of(body)
        role = search.form.travelled("role")

        async def refused(_refusal: RuleError, _language: str) -> None:
            await ack(options=[])

        async def work(context: RequestContext) -> None:
            def look(tx: Connection) -> tuple[User, ...]:
                return lookup.suggestions(tx, context.principal, search.text)

            found = await self._parts.store.read(look)
            if role:
                holds, key = search.action_id == holder_views.TAKE, _role_in(role)
                found = tuple(user for user in found if (key in user.roles) == holds)
            await ack(options=holder_views.choices(found))

        await self._parts.principals.receive(payloads.who_of(body), refused, work)

    async def submit_holders(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Give and take the role; the answer is who holds it then."""
        form, who = payloads.form_of(body), payloads.who_of(body)
        key, catalogue = _role_in(form.travelled("role")), self._parts.rulebook.catalogue
        edit = HolderEdit(key, form.numbers(holder_views.GIVE), form.numbers(holder_views.TAKE))

        async def refused(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, LastHolderError):
                said = words(refusal, language)
                await ack(response_action="errors", errors={holder_views.TAKE: said})
            else:
                view = notice(words(refusal, language), language)
                await ack(response_action="push", view=view)

        touched = [who]

        def work(tx: Connection, context: RequestContext) -> Json:
            rulebook, now = self._parts.rulebook, self._parts.clock()
            concerned = users.find_all(tx, edit.give | edit.take)
            touched.extend(one.member for one in concerned if one.member)
            held_by = service.change_holders(tx, edit, context.principal, rulebook, now)
            return holder_views.holders(key, held_by, catalogue, context.language)

        view = await self._parts.principals.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh_all(client, touched)

    def _holders(self, tx: Connection, context: RequestContext, key: RoleKey) -> Json:
        me = require_administrator(tx, context.principal)
        held_by = service.holders_of(tx, me.authority_id, key)
        return holder_views.holders(key, held_by, self._parts.rulebook.catalogue, context.language)


def _role_in(text: str) -> RoleKey:
    try:
        return RoleKey.parse(text)
    except ValueError as error:
        raise BadPayloadError("No role.") from error
