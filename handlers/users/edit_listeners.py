"""What administrators do to edit a user's details."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import editing
from core.accounts.editing import UserEdit
from core.authorities.rows import authorities
from core.deliveries.rows import deliveries
from core.errors import EditedMeanwhileError, RuleError
from core.members.rules import MemberKey
from core.users import lookup
from core.users.principals import Principal, principal_for_member
from core.users.registration_form import new_user_of
from core.users.rules import NewUser, User, UserDetails, details_of
from handlers import payloads
from handlers.answers import ResponseTarget, answer_at_fields
from handlers.asker import RequestContext
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json, SubmittedForm
from handlers.users import edit_views, fields, saved
from handlers.users.fields import Draft
from handlers.users.finder import UserPicker
from handlers.users.saved import Occasion


class EditListeners:
    """A user's details (R14, R49, R59)."""

    def __init__(self, parts: Dependencies, home: Publisher, finder: UserPicker) -> None:
        self._parts = parts
        self._home = home
        self._finder = finder
        self._askers = parts.principals

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        self._finder.offer("edit", self.open_for)
        app.action(saved.EDIT)(self.press_edit)
        app.view(edit_views.FORM)(self.submit)

    async def open_for(self, context: RequestContext, user_id: int, place: ResponseTarget) -> None:
        """Open the form with a user's details."""

        def look(tx: Connection) -> User:
            return lookup.require_user(tx, context.principal, user_id)

        user = await self._parts.store.read(look)
        details = details_of(user)
        draft = edit_views.draft_of(details)
        await place.show(edit_views.form(user.id, draft, details, context.language))

    async def press_edit(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form from a button."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=click.form is not None)

        async def work(context: RequestContext) -> None:
            await self.open_for(context, click.number, place)

        await self._askers.receive(payloads.who_of(body), place.refused, work)

    async def submit(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Save the details; what is wrong stands at its field, and nothing typed is lost."""
        form, who = payloads.form_of(body), payloads.who_of(body)
        draft = edit_views.draft_in(form)

        async def refused(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, EditedMeanwhileError):
                view = await self._anew(who, form, draft, refusal.fields)
                await ack(response_action="update", view=view)
            else:
                await ack(**answer_at_fields(refusal, language, _block))

        touched: list[MemberKey | None] = [who]

        def work(tx: Connection, context: RequestContext) -> Json:
            seen = edit_views.seen_in(form)
            wish = self._wish(tx, draft, seen, context.principal)
            edit = UserEdit(form.travelled_number("user"), wish, seen)
            rulebook, now = self._parts.rulebook, self._parts.clock()
            touched.append(lookup.require_user(tx, context.principal, edit.user_id).member)
            user = editing.edit(tx, edit, context.principal, rulebook, now)
            touched.append(user.member)
            newest = deliveries.newest_about(tx, user.id)
            return saved.saved(user, newest, context.language, Occasion.EDITED)

        view = await self._askers.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh_all(client, touched)

    def _wish(
        self, tx: Connection, draft: Draft, seen: UserDetails, principal: Principal
    ) -> NewUser:
        authority = authorities.require(tx, principal.authority_id)
        typed = draft.typed(self._parts.team_id)
        policy = self._parts.rulebook.policy
        wish = new_user_of(typed, country=authority.country, policy=policy)
        if wish.member is not None and wish.member.member_id != seen.member:
            self._askers.seen_colleague(tx, wish.member, fields.MEMBER)
        return wish

    async def _anew(
        self, who: MemberKey, form: SubmittedForm, draft: Draft, changed: tuple[str, ...]
    ) -> Json:
        """Return the form as it was typed, with the details as they are now as those seen."""

        def look(tx: Connection) -> Json:
            principal = principal_for_member(tx, who)
            user = lookup.require_user(tx, principal, form.travelled_number("user"))
            details = details_of(user)
            problem = edit_views.conflict(user, details, changed, principal.language)
            return edit_views.form(user.id, draft, details, principal.language, problem)

        return await self._parts.store.read(look)


def _block(field: str) -> str:
    return fields.block_of(field, 0)
