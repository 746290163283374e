"""What access managers do with the authorities they look after: modules, and removing (D15)."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import managing
from core.administration import modules as access
from core.administration.modules import ModuleEdit
from core.administration.permissions import require_manager
from core.administration.title_tasks import in_language
from core.authorities.rows import authorities
from core.errors import EditedMeanwhileError, RuleError
from core.languages.texts import texts
from core.members.rules import MemberKey
from core.users.principals import principal_for_member
from core.users.rows import queries
from handlers import payloads
from handlers.answers import ResponseTarget, notice, refused_at_fields
from handlers.asker import RequestContext
from handlers.authorities import access_views as views
from handlers.authorities.choosing import Chooser, choice
from handlers.authorities.views import ACCESS, REMOVE
from handlers.commands import commanded
from handlers.home.publisher import Publisher
from handlers.markdown import escaped
from handlers.parts import Dependencies
from handlers.payloads import Json
from handlers.replies import words

COMMAND = "/imi-modules"
WHAT = "modules"


class AccessListeners:
    """Modules granted and withdrawn (R19, R24-R26)."""

    def __init__(self, parts: Dependencies, home: Publisher, chooser: Chooser) -> None:
        self._parts = parts
        self._home = home
        self._chooser = chooser

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        self._chooser.offer(WHAT, self.open_for)
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.action(ACCESS)(self.press_modules)
        app.action(REMOVE)(self.press_remove)
        app.view(views.FORM)(self.submit_ticks)
        app.view(views.CONFIRM)(self.submit_confirm)
        app.view(views.REMOVE_FORM)(self.submit_remove)

    async def type_command(self, context: RequestContext, text: str, place: ResponseTarget) -> None:
        """`/imi-modules NAME` opens the modules of an authority; without a name, choose one."""
        if text:
            await self._chooser.by_words(WHAT, text, context, place)
            return
        await self._parts.store.read(lambda tx: managing.managed(tx, context.principal, "", 1))
        await place.show(choice(WHAT, context.language))

    async def open_for(
        self, context: RequestContext, authority_id: int, place: ResponseTarget
    ) -> None:
        """Open the modules of an authority."""

        def look(tx: Connection) -> Json:
            return self._form(tx, context, authority_id)

        await place.show(await self._parts.store.write(look))

    async def press_modules(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open them from the authority's card."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=True)

        async def work(context: RequestContext) -> None:
            await self.open_for(context, click.number, place)

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def submit_ticks(self, ack: AsyncAck, body: Json) -> None:
        """Show what the change means."""
        edit = views.edit_in(payloads.form_of(body), from_ticks=True)
        catalogue = self._parts.rulebook.catalogue

        def work(tx: Connection, context: RequestContext) -> Json:
            authority, follows = access.what_follows(tx, edit, context.principal)
            titled = in_language(tx, authority, context.language)
            return views.confirm(titled, edit, follows, catalogue, context.language)

        view = await self._parts.principals.act(payloads.who_of(body), refused_at_fields(ack), work)
        if view is not None:
            await ack(response_action="update", view=view)

    async def submit_confirm(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Grant and withdraw; where others did so meanwhile, show the modules anew."""
        who, rulebook = payloads.who_of(body), self._parts.rulebook
        edit = views.edit_in(payloads.form_of(body), from_ticks=False)

        async def refused(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, EditedMeanwhileError):
                view = await self._anew(who, edit, words(refusal, language))
                await ack(response_action="update", view=view)
            else:
                await refused_at_fields(ack)(refusal, language)

        def work(tx: Connection, context: RequestContext) -> Json:
            now = self._parts.clock()
            changed = access.change_modules(tx, edit, context.principal, rulebook, now)
            made = in_language(tx, changed, context.language)
            said = texts(context.language).gettext(
                "The modules of {authority} are saved; its administrators are told.",
                authority=f"*{escaped(made.informal_title)}*",
            )
            return notice(f":white_check_mark: {said}", context.language)

        await self._finish(ack, client, who, await self._parts.principals.act(who, refused, work))

    async def press_remove(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask before an authority is removed."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=True)

        def work(tx: Connection, context: RequestContext) -> Json:
            authority = require_manager(tx, context.principal, click.number).authority
            number = len(queries.all_of(tx, authority.id))
            return views.remove_form(authority, number, context.language)

        view = await self._parts.principals.act(payloads.who_of(body), place.refused, work)
        if view is not None:
            await place.show(view)

    async def submit_remove(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Remove the authority whose name was typed."""
        form, who = payloads.form_of(body), payloads.who_of(body)

        def work(tx: Connection, context: RequestContext) -> Json:
            number, name = form.travelled_number("authority"), form.text(views.NAME)
            gone = managing.remove(tx, context.principal, number, name, self._parts.clock())
            title = escaped(gone.official_name)
            said = texts(context.language).gettext("{authority} is removed.", authority=title)
            return notice(f":white_check_mark: {said}", context.language)

        view = await self._parts.principals.act(who, refused_at_fields(ack), work)
        await self._finish(ack, client, who, view)

    async def _anew(self, who: MemberKey, edit: ModuleEdit, problem: str) -> Json:
        def look(tx: Connection) -> Json:
            principal = principal_for_member(tx, who)
            context = RequestContext(principal, principal.language, who)
            return self._form(tx, context, edit.authority_id, problem)

        return await self._parts.store.write(look)

    def _form(
        self, tx: Connection, context: RequestContext, authority_id: int, problem: str = ""
    ) -> Json:
        authority = require_manager(tx, context.principal, authority_id).authority
        modules = frozenset(authority.modules)
        coordinating = authorities.coordinated_by(tx, authority_id)
        edit = ModuleEdit(authority_id, modules, coordinating, modules)
        catalogue = self._parts.rulebook.catalogue
        titled = in_language(tx, authority, context.language)
        return views.form(titled, edit, catalogue, context.language, problem)

    async def _finish(
        self, ack: AsyncAck, client: AsyncWebClient, who: MemberKey, view: Json | None
    ) -> None:
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh(client, who)
