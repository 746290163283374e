"""What access managers do to register an authority with its first user (R6-R8, R18, D15)."""

from dataclasses import replace

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import managing
from core.administration.managing import FoundingRequest
from core.administration.permissions import require_access_manager
from core.authorities.details import web_site_of
from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.authorities.rows import authorities
from core.errors import FormError, RuleError
from core.forms import FormValidator as Checks
from core.rulebook import Rulebook
from core.users import uniqueness
from core.users.rows import queries
from core.users.rules import UserForm
from handlers import payloads
from handlers.answers import ResponseTarget, answer_at_fields, answer_on_top, notice, redraw
from handlers.asker import RequestContext
from handlers.authorities import founding_views as views
from handlers.authorities.founding_views import Founded
from handlers.commands import commanded
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json, SubmittedForm
from handlers.replies import field_errors
from handlers.users import fields
from handlers.users.fields import block_of, draft_in

COMMAND = "/imi-registerauthority"


class FoundingListeners:
    """A new authority (R18)."""

    def __init__(self, parts: Dependencies, home: Publisher) -> None:
        self._parts = parts
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.view(views.FORM)(self.submit_authority)
        app.view(views.CHECK)(self.submit_person)
        app.action(views.BACK)(self.press_back)

    async def type_command(
        self, context: RequestContext, _text: str, place: ResponseTarget
    ) -> None:
        """Open the first step."""

        def look(tx: Connection) -> Founded:
            _, own = require_access_manager(tx, context.principal)
            return Founded(country=own.country)

        founded = await self._parts.store.read(look)
        await place.show(views.form(founded, self._parts.rulebook.catalogue, context.language))

    async def submit_authority(self, ack: AsyncAck, body: Json) -> None:
        """Check the authority, and show those that may be the same before its first user."""
        founded = views.founded_in(payloads.form_of(body))

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, _block_of_authority))

        def work(tx: Connection, context: RequestContext) -> Json:
            rulebook, typed = self._parts.rulebook, founded.typed(context.language)
            _, own = require_access_manager(tx, context.principal)
            site = _checked_web_site(founded, typed, rulebook)
            found = managing.likely_duplicates(tx, context.principal, typed, site, rulebook)
            likely = tuple((one, queries.administrators_of(tx, one.id)) for one in found)
            return views.check(founded, likely, own.id, context.language)

        view = await self._parts.principals.act(payloads.who_of(body), refused, work)
        if view is not None:
            await ack(response_action="update", view=view)

    async def submit_person(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Register both."""
        form, who = payloads.form_of(body), payloads.who_of(body)

        async def refused(refusal: RuleError, language: str) -> None:
            if set(field_errors(refusal, language)) <= set(form.values):
                await ack(**answer_at_fields(refusal, language, lambda name: block_of(name, 0)))
            else:
                # The first step refuses what stands there; somebody took the name meanwhile.
                await ack(**answer_on_top(refusal, language))

        def work(tx: Connection, context: RequestContext) -> Json:
            rulebook, now = self._parts.rulebook, self._parts.clock()
            person = self._person(tx, form)
            founding = FoundingRequest(views.founded_of(form).typed(context.language), person)
            user = managing.register(tx, founding, context.principal, rulebook, now)
            made = authorities.require(tx, user.authority_id)
            return notice(views.registered(user, made, context.language), context.language)

        view = await self._parts.principals.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh(client, who)

    async def press_back(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the first step again as it was typed."""
        await ack()
        click = payloads.click_of(body)
        form, place = click.form_needed, ResponseTarget(client, click.trigger_id, pushed=True)
        catalogue = self._parts.rulebook.catalogue

        async def work(context: RequestContext) -> None:
            await self._parts.store.read(lambda tx: require_access_manager(tx, context.principal))
            view = views.form(views.founded_of(form), catalogue, context.language)
            await redraw(client, form, view)

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    def _person(self, tx: Connection, form: SubmittedForm) -> UserForm:
        """Return the first user as typed; an empty username is proposed."""
        typed = views.person_in(form, draft_in(form), self._parts.team_id)
        if typed.member is not None:
            self._parts.principals.seen_colleague(tx, typed.member, fields.MEMBER)
        if typed.username:
            return typed
        policy = self._parts.rulebook.policy
        proposed = uniqueness.propose_username(
            tx, typed.first_name, typed.last_name, typed.email, policy
        )
        return replace(typed, username=proposed)


def _checked_web_site(founded: Founded, typed: AuthorityForm, rulebook: Rulebook) -> str:
    """Return the web site; raises FormError with every mistake in the first step."""
    form = Checks()
    site = form.checked(lambda: web_site_of(founded.web_site))
    try:
        new_authority_of(typed, rulebook.catalogue)
    except FormError as refusal:
        form.add(refusal)
    form.raise_errors()
    return site or ""


def _block_of_authority(field: str) -> str:
    names = {"email": views.AUTHORITY_EMAIL, "modules": f"{views.MODULES}0"}
    return names.get(field, field)
