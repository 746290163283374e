"""Listeners for editing a user's details, such as name and e-mail address."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import editing
from core.accounts.editing import UserEdit
from core.deliveries.rows import deliveries
from core.errors import EditedMeanwhileError, RuleError
from core.members.rules import MemberKey
from core.users import lookup
from core.users.registration_form import new_user_of
from core.users.rules import NewUser, User, UserDetails, details_of
from handlers import payloads
from handlers.dependencies import Dependencies, HomeTab
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, field_errors_response
from handlers.ui import person_fields
from handlers.ui.action_ids import EDIT_USER
from handlers.ui.person_fields import UserDraft
from handlers.ui.user_confirmation import ConfirmationType, confirmation_view
from handlers.user_picker import UserPicker
from handlers.users import edit_views


class UserEditListeners:
    """Listeners for editing a user's details (R14, R49, R59)."""

    def __init__(self, dependencies: Dependencies, home: HomeTab, user_picker: UserPicker) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._home = home
        self._user_picker = user_picker
        self._principals = dependencies.principals

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        self._user_picker.add_action("edit", self.open_details)
        app.action(EDIT_USER)(self.press_edit)
        app.view(edit_views.FORM)(self.submit_details)

    async def open_details(
        self, context: RequestContext, user_id: int, target: ResponseTarget
    ) -> None:
        """Open the form with a user's details."""

        def find_user(tx: Connection) -> User:
            return lookup.require_user(tx, context.principal, user_id)

        user = await self._store.read(find_user)
        details = details_of(user)
        draft = edit_views.draft_of_details(details)
        await target.show(edit_views.form(user.id, draft, details, context.language))

    async def press_edit(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form from a button."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)

        async def open_form(context: RequestContext) -> None:
            await self.open_details(context, action.number, target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_form)

    async def submit_details(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Save the details; errors are shown at their fields, and no input is lost."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)
        draft = edit_views.draft_in_fields(form)

        async def show_errors(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, EditedMeanwhileError):
                view = _form_after_refusal(form, draft, refusal, language)
                await ack(response_action="update", view=view)
            else:
                await ack(**field_errors_response(refusal, language, _block))

        def save_details(
            tx: Connection, context: RequestContext
        ) -> tuple[Json, tuple[MemberKey | None, ...]]:
            seen = edit_views.details_in_metadata(form)
            new_user = self._new_user(tx, draft, seen, context.authority.country)
            edit = UserEdit(form.metadata_number("user"), new_user, seen)
            rulebook, now = self._rulebook, self._clock()
            user = editing.edit(tx, edit, context.principal, rulebook, now)
            newest = deliveries.newest_about(tx, user.id)
            is_changed = details_of(new_user) != seen
            shown = ConfirmationType.EDITED if is_changed else ConfirmationType.UNCHANGED
            view = confirmation_view(user, newest, context.language, shown)
            return view, (self._member_key(seen.member), user.member)

        saved = await self._principals.serve_in_transaction(sender, show_errors, save_details)
        if saved is not None:
            view, changed_members = saved
            self._dependencies.open_confirmations.watch(view, form.view_id, sender, client)
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()
            self._home.refresh_all(client, (sender, *changed_members))

    def _new_user(
        self, tx: Connection, draft: UserDraft, seen: UserDetails, country: str
    ) -> NewUser:
        typed = draft.as_form(self._dependencies.team_id)
        policy = self._rulebook.policy
        new_user = new_user_of(typed, country=country, policy=policy, stored=seen)
        if new_user.member is not None and new_user.member.member_id != seen.member:
            self._principals.known_colleague(tx, new_user.member, person_fields.MEMBER)
        return new_user

    def _member_key(self, member_id: str) -> MemberKey | None:
        return MemberKey(self._dependencies.team_id, member_id) if member_id else None


def _form_after_refusal(
    form: SubmittedForm, draft: UserDraft, refusal: EditedMeanwhileError, language: str
) -> Json:
    """Return the form with the person's input, which now knows what somebody else changed (D23)."""
    seen = edit_views.seen_after(edit_views.details_in_metadata(form), refusal.changes)
    user_id = form.metadata_number("user")
    return edit_views.form(user_id, draft, seen, language, refusal.changes)


def _block(field: str) -> str:
    return person_fields.block_id_of(field, 0)
