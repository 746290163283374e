"""Listeners for changing a user's roles in two steps: checkboxes and a preview."""

from dataclasses import replace

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration.title_tasks import with_translated_title
from core.audit.rows import entries
from core.authorities.rows import authorities
from core.errors import EditedMeanwhileError, LastHolderError, RuleError
from core.members.rules import MemberKey
from core.roles import service
from core.users import lookup
from core.users.principals import Principal
from core.users.rows import queries
from core.users.rules import User
from handlers import payloads
from handlers.dependencies import Dependencies, HomeTab
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import (
    ResponseTarget,
    pushed_notice_response,
    pushed_response,
    redraw,
    refuse_with_notice,
)
from handlers.roles import views
from handlers.roles.views import RoleDraft
from handlers.ui.last_holder import last_holder_view
from handlers.ui.role_checkboxes import RoleFormContext
from handlers.user_picker import UserPicker


class UserRoleListeners:
    """Listeners for a user's roles (R15, R48, R50, R60)."""

    def __init__(self, dependencies: Dependencies, home: HomeTab, user_picker: UserPicker) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._home = home
        self._user_picker = user_picker

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        self._user_picker.add_action("roles", self.open_roles, searched=True)
        app.view(views.FORM)(self.submit_roles)
        app.view(views.CHECK)(self.confirm_change)
        app.action(views.BACK)(self.go_back)

    async def open_roles(
        self, context: RequestContext, user_id: int, target: ResponseTarget
    ) -> None:
        """Open the form with a user's roles."""

        def load_form(tx: Connection) -> Json:
            user = lookup.require_user(tx, context.principal, user_id)
            draft = views.draft_of_user(user, entries.chain_tip(tx)[0])
            return self._form(tx, context, user, draft)

        await target.show(await self._store.read(load_form))

    async def submit_roles(self, ack: AsyncAck, body: Json) -> None:
        """Show a preview of the change."""
        form = payloads.submitted_form_of(body)
        draft = views.draft_in(form, from_checkboxes=True)

        async def preview_change(context: RequestContext) -> None:
            def find_user(tx: Connection) -> User:
                return lookup.require_user(tx, context.principal, draft.user_id)

            user = await self._store.read(find_user)
            view = views.check(
                user,
                draft,
                self._rulebook.catalogue,
                own=user.id == context.principal.user_id,
                language=context.language,
            )
            await ack(response_action="update", view=view)

        await self._principals.serve(
            payloads.sender_of(body), refuse_with_notice(ack), preview_change
        )

    async def go_back(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Return to the checkboxes as they were set."""
        await ack()
        action = payloads.block_action_of(body)
        form = action.required_form
        draft = views.draft_in(form, from_checkboxes=False)

        async def show_first_step(context: RequestContext) -> None:
            view = await self._store.read(lambda tx: self._form_of_draft(tx, context, draft))
            await redraw(client, form, view)

        target = ResponseTarget(client, action.trigger_id, pushed=True)
        await self._principals.serve(payloads.sender_of(body), target.refuse, show_first_step)

    async def confirm_change(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Save the roles, and show those that the user holds now."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)
        draft, catalogue = views.draft_in(form, from_checkboxes=False), self._rulebook.catalogue

        async def show_refusal(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, LastHolderError):
                await ack(**pushed_response(last_holder_view(refusal, catalogue, language)))
            elif isinstance(refusal, EditedMeanwhileError):
                problem = views.refused_text(refusal.changes, catalogue, language)
                view = await self._form_after_refusal(sender, draft, problem)
                await ack(response_action="update", view=view)
            else:
                await ack(**pushed_notice_response(refusal, language))

        def change_roles(tx: Connection, context: RequestContext) -> tuple[Json, MemberKey | None]:
            edit = draft.as_edit()
            rulebook, now = self._rulebook, self._clock()
            user = service.change(tx, edit, context.principal, rulebook, now)
            changed = edit.roles != edit.seen
            return views.saved(user, catalogue, context.language, changed=changed), user.member

        changed = await self._principals.serve_in_transaction(sender, show_refusal, change_roles)
        if changed is not None:
            view, member = changed
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()
            self._home.refresh_all(client, (sender, member))

    async def _form_after_refusal(self, sender: MemberKey, draft: RoleDraft, problem: str) -> Json:
        """Return the form with the person's choice, which now knows what others changed (D23)."""

        def load_form(tx: Connection) -> Json:
            context = self._principals.known_context(tx, sender)
            user = lookup.require_user(tx, context.principal, draft.user_id)
            again = replace(draft, since=entries.chain_tip(tx)[0])
            return self._form(tx, context, user, again, problem)

        return await self._store.read(load_form)

    def _form_of_draft(self, tx: Connection, context: RequestContext, draft: RoleDraft) -> Json:
        return self._form(
            tx, context, lookup.require_user(tx, context.principal, draft.user_id), draft
        )

    def _form(
        self,
        tx: Connection,
        context: RequestContext,
        user: User,
        draft: RoleDraft,
        problem: str = "",
    ) -> Json:
        form_context = self._form_context(tx, context.principal)
        return views.form(user, draft, form_context, context.language, problem)

    def _form_context(self, tx: Connection, principal: Principal) -> RoleFormContext:
        rulebook = self._rulebook
        return RoleFormContext(
            with_translated_title(
                tx, authorities.require(tx, principal.authority_id), principal.language
            ),
            rulebook.catalogue,
            len(queries.acting_administrators_of(tx, principal.authority_id)),
            rulebook.policy.administrators_wanted,
        )
