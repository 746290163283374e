"""What administrators do to change a person's roles: ticks, a look at what changes, saving."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration.title_tasks import in_language
from core.authorities.rows import authorities
from core.errors import EditedMeanwhileError, LastHolderError, RuleError
from core.members.rules import MemberKey
from core.roles import service
from core.roles.service import RoleEdit
from core.users import lookup
from core.users.principals import Principal, principal_for_member
from core.users.registration_form import roles_of
from core.users.rows import queries
from core.users.rules import User
from handlers import payloads
from handlers.answers import ResponseTarget, notice, redraw
from handlers.asker import RequestContext
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json
from handlers.replies import words
from handlers.roles import views
from handlers.roles.ticks import Setting
from handlers.roles.views import Draft
from handlers.users.finder import UserPicker


class RoleListeners:
    """A person's roles (R15, R48, R50, R60)."""

    def __init__(self, parts: Dependencies, home: Publisher, finder: UserPicker) -> None:
        self._parts = parts
        self._home = home
        self._finder = finder

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        self._finder.offer("roles", self.open_for)
        app.view(views.FORM)(self.submit_ticks)
        app.view(views.CHECK)(self.submit_check)
        app.action(views.BACK)(self.go_back)

    async def open_for(self, context: RequestContext, user_id: int, place: ResponseTarget) -> None:
        """Open the ticks of a user."""

        def look(tx: Connection) -> Json:
            user = lookup.require_user(tx, context.principal, user_id)
            return self._form(tx, context, user, views.draft_of(user))

        await place.show(await self._parts.store.read(look))

    async def submit_ticks(self, ack: AsyncAck, body: Json) -> None:
        """Show what will change."""
        form = payloads.form_of(body)
        draft = views.draft_in(form, from_ticks=True)

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**_on_top(notice(words(refusal, language), language)))

        async def work(context: RequestContext) -> None:
            def look(tx: Connection) -> User:
                return lookup.require_user(tx, context.principal, draft.user_id)

            user = await self._parts.store.read(look)
            view = views.check(
                user,
                draft,
                self._parts.rulebook.catalogue,
                own=user.id == context.principal.user_id,
                language=context.language,
            )
            await ack(response_action="update", view=view)

        await self._parts.principals.receive(payloads.who_of(body), refused, work)

    async def go_back(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Return to the ticks, as they were."""
        await ack()
        click = payloads.click_of(body)
        form = click.form_needed
        draft = views.draft_in(form, from_ticks=False)

        async def work(context: RequestContext) -> None:
            view = await self._parts.store.read(lambda tx: self._ticks(tx, context, draft))
            await redraw(client, form, view)

        place = ResponseTarget(client, click.trigger_id, pushed=True)
        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def submit_check(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Save the roles; the answer is the roles as they are then."""
        form, who = payloads.form_of(body), payloads.who_of(body)
        draft, catalogue = views.draft_in(form, from_ticks=False), self._parts.rulebook.catalogue

        async def refused(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, LastHolderError):
                await ack(**_on_top(views.last_holder(refusal, catalogue, language)))
            elif isinstance(refusal, EditedMeanwhileError):
                view = await self._anew(payloads.who_of(body), draft, words(refusal, language))
                await ack(response_action="update", view=view)
            else:
                await ack(**_on_top(notice(words(refusal, language), language)))

        touched: list[MemberKey | None] = [who]

        def work(tx: Connection, context: RequestContext) -> Json:
            edit = RoleEdit(draft.user_id, roles_of(draft.ticked), roles_of(draft.seen))
            rulebook, now = self._parts.rulebook, self._parts.clock()
            user = service.change(tx, edit, context.principal, rulebook, now)
            touched.append(user.member)
            return views.saved(user, catalogue, context.language)

        view = await self._parts.principals.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh_all(client, touched)

    async def _anew(self, who: MemberKey, draft: Draft, problem: str) -> Json:
        """Return the ticks as they were set, with what the user holds now as what is seen (D23)."""

        def look(tx: Connection) -> Json:
            principal = principal_for_member(tx, who)
            user = lookup.require_user(tx, principal, draft.user_id)
            again = Draft(user.id, draft.ticked, tuple(map(str, user.roles)))
            context = RequestContext(principal, principal.language, who)
            return self._form(tx, context, user, again, problem)

        return await self._parts.store.read(look)

    def _ticks(self, tx: Connection, context: RequestContext, draft: Draft) -> Json:
        return self._form(
            tx, context, lookup.require_user(tx, context.principal, draft.user_id), draft
        )

    def _form(
        self, tx: Connection, context: RequestContext, user: User, draft: Draft, problem: str = ""
    ) -> Json:
        setting = self._setting(tx, context.principal)
        return views.form(user, draft, setting, context.language, problem)

    def _setting(self, tx: Connection, principal: Principal) -> Setting:
        rulebook = self._parts.rulebook
        return Setting(
            in_language(tx, authorities.require(tx, principal.authority_id), principal.language),
            rulebook.catalogue,
            queries.count_administrators(tx, principal.authority_id),
            rulebook.policy.administrators_wanted,
        )


def _on_top(view: Json) -> Json:
    return {"response_action": "push", "view": view}
