"""Listeners for viewing and changing the holders of a role."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.audit.rows import entries
from core.authorities.rows import authorities
from core.errors import EditedMeanwhileError, LastHolderError, RuleError
from core.members.rules import MemberKey
from core.role_keys import RoleKey
from core.roles import service
from core.roles.service import HolderEdit
from core.users import lookup
from core.users.principals import require_administrator
from core.users.rows import roles, users
from core.users.rules import User
from handlers import payloads
from handlers.command_listener import command_listener
from handlers.dependencies import Dependencies, HomeTab
from handlers.interactions import BadPayloadError, SubmittedForm
from handlers.json_types import Json
from handlers.refusal_texts import refusal_text
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, redraw, refusal_view, refuse_without_options
from handlers.roles import holder_views
from handlers.roles.holder_views import HolderDraft
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.last_holder import LAST_HOLDER
from handlers.ui.user_option import user_options_json
from handlers.user_picker import UserPicker

COMMAND = "/imi-roles"


class RoleHolderListeners:
    """Listeners for the holders of each role (R61, R62)."""

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
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.action(ROLE_HOLDERS)(self.press_show_holders)
        app.view(holder_views.FORM)(self.submit_holders)
        for action_id in (holder_views.GRANT_TO, holder_views.REVOKE_FROM):
            app.options(action_id)(self.suggest)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-roles NAME` opens that user's roles, `/imi-roles` lists all roles."""
        if text:
            await self._user_picker.pick_by_name("roles", text, context, target)
            return

        def load_overview(tx: Connection) -> Json:
            me = require_administrator(tx, context.principal)
            authority = authorities.require(tx, me.authority_id)
            held = roles.count_holders(tx, authority.id)
            catalogue = self._rulebook.catalogue
            return holder_views.overview(authority, held, catalogue, context.language)

        await target.show(await self._store.read(load_overview))

    async def press_show_holders(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the holders of a role on top, or in place of the refusal that names the role."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)
        key = _role_in(action.value)

        async def open_or_redraw(context: RequestContext) -> None:
            view = await self._store.read(lambda tx: self._holders(tx, context, key))
            if action.form is not None and action.form.has_callback_id(LAST_HOLDER):
                await redraw(client, action.form, view)
            else:
                await target.show(view)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_or_redraw)

    async def suggest(self, ack: AsyncAck, body: Json) -> None:
        """Offer users who match what is typed so far."""
        request = payloads.suggestion_request_of(body)
        key = _role_in(request.form.metadata_text("role"))

        async def offer_users(context: RequestContext) -> None:
            def find_users(tx: Connection) -> tuple[User, ...]:
                return lookup.suggestions(tx, context.principal, request.text)

            users_found = await self._store.read(find_users)
            holds = request.action_id == holder_views.REVOKE_FROM
            users_found = tuple(user for user in users_found if (key in user.roles) == holds)
            await ack(options=user_options_json(users_found, context.language))

        await self._principals.serve(
            payloads.sender_of(body), refuse_without_options(ack), offer_users
        )

    async def submit_holders(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Grant and revoke the role, and show its holders."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)
        edit = _edit_in(form)

        async def show_errors(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, LastHolderError):
                field = holder_views.block_id_of(holder_views.REVOKE_FROM, edit.since or 0)
                text = refusal_text(refusal, language)
                await ack(response_action="errors", errors={field: text})
            elif isinstance(refusal, EditedMeanwhileError):
                view = await self._form_after_refusal(sender, edit, refusal)
                await ack(response_action="update", view=view)
            else:
                view = refusal_view(refusal_text(refusal, language), language)
                await ack(response_action="push", view=view)

        def change_holders(
            tx: Connection, context: RequestContext
        ) -> tuple[Json, tuple[MemberKey | None, ...]]:
            rulebook, now = self._rulebook, self._clock()
            changed_users = users.find_all(tx, edit.grant_to | edit.revoke_from)
            held_by = service.change_holders(tx, edit, context.principal, rulebook, now)
            draft = HolderDraft(edit.role, entries.chain_tip(tx)[0])
            changed = tuple(users.find_all(tx, edit.grant_to | edit.revoke_from)) != changed_users
            note = holder_views.saved_note(changed=changed, language=context.language)
            view = holder_views.holders(draft, held_by, rulebook.catalogue, context.language, note)
            return view, tuple(user.member for user in changed_users)

        changed = await self._principals.serve_in_transaction(sender, show_errors, change_holders)
        if changed is not None:
            view, changed_members = changed
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()
            self._home.refresh_all(client, (sender, *changed_members))

    async def _form_after_refusal(
        self, sender: MemberKey, edit: HolderEdit, refusal: EditedMeanwhileError
    ) -> Json:
        """Return the form with the people chosen, which now knows what others changed (D23)."""

        def load_form(tx: Connection) -> Json:
            principal = self._principals.known_context(tx, sender).principal
            me = require_administrator(tx, principal)
            # Read before the holders, so that no later change of theirs is overlooked.
            since = entries.chain_tip(tx)[0]
            found = users.find_all(tx, edit.grant_to | edit.revoke_from)
            grant_to = tuple(user for user in found if user.id in edit.grant_to)
            revoke_from = tuple(user for user in found if user.id in edit.revoke_from)
            named = {user.id: user for user in found}
            return holder_views.holders(
                HolderDraft(edit.role, since, grant_to, revoke_from),
                service.holders_of(tx, me.authority_id, edit.role),
                self._rulebook.catalogue,
                principal.language,
                holder_views.refused_note(refusal.changes, named, principal.language),
            )

        return await self._store.read(load_form)

    def _holders(self, tx: Connection, context: RequestContext, key: RoleKey) -> Json:
        me = require_administrator(tx, context.principal)
        draft = HolderDraft(key, entries.chain_tip(tx)[0])
        held_by = service.holders_of(tx, me.authority_id, key)
        return holder_views.holders(draft, held_by, self._rulebook.catalogue, context.language)


def _edit_in(form: SubmittedForm) -> HolderEdit:
    """Read the edit; a form opened before an upgrade may have no `since`."""
    role = _role_in(form.metadata_text("role"))
    grant_to = form.numbers(holder_views.GRANT_TO)
    revoke_from = form.numbers(holder_views.REVOKE_FROM)
    return HolderEdit(role, grant_to, revoke_from, form.metadata_number("since") or None)


def _role_in(text: str) -> RoleKey:
    try:
        return RoleKey.parse(text)
    except ValueError as error:
        raise BadPayloadError("No role.") from error
