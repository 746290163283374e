"""What administrators do to edit a user's details."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import editing
from core.accounts.editing import Details, Edit
from core.authorities.rows import authorities
from core.deliveries.rows import deliveries
from core.errors import EditedMeanwhileError, RuleError
from core.members.rules import MemberKey
from core.users import lookup
from core.users.principals import Asker, asker_of
from core.users.registration_form import new_user_of
from core.users.rules import NewUser, User
from handlers import payloads
from handlers.answers import Place, answer_at_fields
from handlers.asker import Visit
from handlers.home.publisher import Publisher
from handlers.parts import Parts
from handlers.payloads import Form, Json
from handlers.users import edit_views, fields, saved
from handlers.users.fields import Draft
from handlers.users.finder import Finder
from handlers.users.saved import Occasion


class EditListeners:
    """A user's details (R14, R49, R59)."""

    def __init__(self, parts: Parts, home: Publisher, finder: Finder) -> None:
        self._parts = parts
        self._home = home
        self._finder = finder
        self._askers = parts.askers

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        self._finder.offer("edit", self.open_for)
        app.action(saved.EDIT)(self.press_edit)
        app.view(edit_views.FORM)(self.submit)

    async def open_for(self, visit: Visit, user_id: int, place: Place) -> None:
        """Open the form with a user's details."""

        def look(tx: Connection) -> User:
            return lookup.colleague(tx, visit.asker, user_id)

        user = await self._parts.store.read(look)
        details = editing.details_of(user)
        draft = edit_views.draft_of(details)
        await place.show(edit_views.form(user.id, draft, details, visit.language))

    async def press_edit(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form from a button."""
        await ack()
        click = payloads.click_of(body)
        place = Place(client, click.trigger_id, pushed=click.form is not None)

        async def work(visit: Visit) -> None:
            await self.open_for(visit, click.number, place)

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

        def work(tx: Connection, visit: Visit) -> Json:
            seen = edit_views.seen_in(form)
            wish = self._wish(tx, draft, seen, visit.asker)
            edit = Edit(form.travelled_number("user"), wish, seen)
            rulebook, now = self._parts.rulebook, self._parts.clock()
            touched.append(lookup.colleague(tx, visit.asker, edit.user_id).member)
            user = editing.edit(tx, edit, visit.asker, rulebook, now)
            touched.append(user.member)
            newest = deliveries.newest_about(tx, user.id)
            return saved.saved(user, newest, visit.language, Occasion.EDITED)

        view = await self._askers.act(who, refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()
            self._home.refresh_all(client, touched)

    def _wish(self, tx: Connection, draft: Draft, seen: Details, asker: Asker) -> NewUser:
        authority = authorities.require(tx, asker.authority_id)
        typed = draft.typed(self._parts.team_id)
        policy = self._parts.rulebook.policy
        wish = new_user_of(typed, country=authority.country, policy=policy)
        if wish.member is not None and wish.member.member_id != seen.member:
            self._askers.seen_colleague(tx, wish.member, fields.MEMBER)
        return wish

    async def _anew(
        self, who: MemberKey, form: Form, draft: Draft, changed: tuple[str, ...]
    ) -> Json:
        """Return the form as it was typed, with the details as they are now as those seen."""

        def look(tx: Connection) -> Json:
            asker = asker_of(tx, who)
            user = lookup.colleague(tx, asker, form.travelled_number("user"))
            details = editing.details_of(user)
            problem = edit_views.conflict(user, details, changed, asker.language)
            return edit_views.form(user.id, draft, details, asker.language, problem)

        return await self._parts.store.read(look)


def _block(field: str) -> str:
    return fields.block_of(field, 0)
