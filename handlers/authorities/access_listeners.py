"""What access managers do with the authorities they look after: modules, and removing (D15)."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import managing
from core.administration import modules as access
from core.administration.modules import AccessEdit
from core.administration.permissions import require_manager
from core.administration.title_tasks import in_language
from core.authorities.rows import authorities
from core.errors import EditedMeanwhileError, RuleError
from core.languages.texts import texts
from core.members.rules import MemberKey
from core.users.principals import asker_of
from core.users.rows import queries
from handlers import payloads
from handlers.answers import Place, notice, refused_at_fields
from handlers.asker import Visit
from handlers.authorities import access_views as views
from handlers.authorities.choosing import Chooser, choice
from handlers.authorities.views import ACCESS, REMOVE
from handlers.commands import commanded
from handlers.home.publisher import Publisher
from handlers.markdown import escaped
from handlers.parts import Parts
from handlers.payloads import Json
from handlers.replies import words

COMMAND = "/imi-modules"
WHAT = "modules"


class AccessListeners:
    """Modules granted and withdrawn (R19, R24-R26)."""

    def __init__(self, parts: Parts, home: Publisher, chooser: Chooser) -> None:
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

    async def type_command(self, visit: Visit, text: str, place: Place) -> None:
        """`/imi-modules NAME` opens the modules of an authority; without a name, choose one."""
        if text:
            await self._chooser.by_words(WHAT, text, visit, place)
            return
        await self._parts.store.read(lambda tx: managing.managed(tx, visit.asker, "", 1))
        await place.show(choice(WHAT, visit.language))

    async def open_for(self, visit: Visit, authority_id: int, place: Place) -> None:
        """Open the modules of an authority."""

        def look(tx: Connection) -> Json:
            return self._form(tx, visit, authority_id)

        await place.show(await self._parts.store.write(look))

    async def press_modules(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open them from the authority's card."""
        await ack()
        click = payloads.click_of(body)
        place = Place(client, click.trigger_id, pushed=True)

        async def work(visit: Visit) -> None:
            await self.open_for(visit, click.number, place)

        await self._parts.askers.receive(payloads.who_of(body), place.refused, work)

    async def submit_ticks(self, ack: AsyncAck, body: Json) -> None:
        """Show what the change means."""
        edit = views.edit_in(payloads.form_of(body), from_ticks=True)
        catalogue = self._parts.rulebook.catalogue

        def work(tx: Connection, visit: Visit) -> Json:
            authority, follows = access.what_follows(tx, edit, visit.asker)
            titled = in_language(tx, authority, visit.language)
            return views.confirm(titled, edit, follows, catalogue, visit.language)

        view = await self._parts.askers.act(payloads.who_of(body), refused_at_fields(ack), work)
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

        def work(tx: Connection, visit: Visit) -> Json:
            now = self._parts.clock()
            changed = access.change_modules(tx, edit, visit.asker, rulebook, now)
            made = in_language(tx, changed, visit.language)
            said = texts(visit.language).gettext(
                "The modules of {authority} are saved; its administrators are told.",
                authority=f"*{escaped(made.informal_title)}*",
            )
            return notice(f":white_check_mark: {said}", visit.language)

        await self._finish(ack, client, who, await self._parts.askers.act(who, refused, work))

    async def press_remove(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask before an authority is removed."""
        await ack()
        click = payloads.click_of(body)
        place = Place(client, click.trigger_id, pushed=True)

        def work(tx: Connection, visit: Visit) -> Json:
            authority = require_manager(tx, visit.asker, click.number).authority
            number = len(queries.everybody(tx, authority.id))
            return views.remove_form(authority, number, visit.language)

        view = await self._parts.askers.act(payloads.who_of(body), place.refused, work)
        if view is not None:
            await place.show(view)

    async def submit_remove(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Remove the authority whose name was typed."""
        form, who = payloads.form_of(body), payloads.who_of(body)

        def work(tx: Connection, visit: Visit) -> Json:
            number, name = form.travelled_number("authority"), form.text(views.NAME)
            gone = managing.remove(tx, visit.asker, number, name, self._parts.clock())
            title = escaped(gone.official_name)
            said = texts(visit.language).gettext("{authority} is removed.", authority=title)
            return notice(f":white_check_mark: {said}", visit.language)

        view = await self._parts.askers.act(who, refused_at_fields(ack), work)
        await self._finish(ack, client, who, view)

    async def _anew(self, who: MemberKey, edit: AccessEdit, problem: str) -> Json:
        def look(tx: Connection) -> Json:
            asker = asker_of(tx, who)
            visit = Visit(asker, asker.language, who)
            return self._form(tx, visit, edit.authority_id, problem)

        return await self._parts.store.write(look)

    def _form(self, tx: Connection, visit: Visit, authority_id: int, problem: str = "") -> Json:
        authority = require_manager(tx, visit.asker, authority_id).authority
        modules = frozenset(authority.modules)
        coordinating = authorities.coordinated_by(tx, authority_id)
        edit = AccessEdit(authority_id, modules, coordinating, modules)
        catalogue = self._parts.rulebook.catalogue
        titled = in_language(tx, authority, visit.language)
        return views.form(titled, edit, catalogue, visit.language, problem)

    async def _finish(
        self, ack: AsyncAck, client: AsyncWebClient, who: MemberKey, view: Json | None
    ) -> None:
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh(client, who)
