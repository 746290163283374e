"""Listeners with which access managers change another authority's modules, or remove it (D15)."""

from dataclasses import replace

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import managed_authorities
from core.administration import modules as access
from core.administration.modules import ModuleEdit
from core.administration.permissions import require_managing_editor
from core.administration.title_tasks import with_translated_title
from core.administration.unlinking import linked_to
from core.audit.rows import entries
from core.authorities.rules import Authority
from core.errors import EditedMeanwhileError, RuleError
from core.languages.texts import texts
from core.members.rules import MemberKey
from core.users.rows import queries
from handlers import payloads
from handlers.authorities import access_manager_views as views
from handlers.authorities.authority_picker import AuthorityPicker, authority_choice_view
from handlers.authorities.views import CHANGE_MODULES, REMOVE_AUTHORITY
from handlers.command_listener import button_listener, command_listener
from handlers.dependencies import Dependencies, HomeTab
from handlers.json_types import Json
from handlers.principals import RefusalResponder
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, redraw, refuse_at_fields, success_view
from handlers.ui.action_ids import GRANT_MODULES
from handlers.ui.markdown import escaped

COMMAND = "/imi-modules"
ACTION_NAME = "modules"


class AccessManagerListeners:
    """Listeners for changing modules and for removing an authority (R19, R24-R26)."""

    def __init__(
        self, dependencies: Dependencies, home: HomeTab, authority_picker: AuthorityPicker
    ) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._home = home
        self._authority_picker = authority_picker

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        self._authority_picker.add_action(ACTION_NAME, self.open_modules)
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.action(GRANT_MODULES)(button_listener(self._dependencies, self.type_command))
        app.action(CHANGE_MODULES)(self.press_modules)
        app.action(REMOVE_AUTHORITY)(self.press_remove)
        app.action(views.BACK)(self.go_back)
        app.view(views.FORM)(self.submit_modules)
        app.view(views.CONFIRM)(self.confirm_change)
        app.view(views.REMOVE_FORM)(self.confirm_removal)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-modules NAME` opens the modules of an authority; without a name it asks for one."""
        if text:
            await self._authority_picker.pick_by_name(ACTION_NAME, text, context, target)
            return
        await self._store.read(lambda tx: managed_authorities.search(tx, context.principal, "", 1))
        await target.show(authority_choice_view(ACTION_NAME, context.language))

    async def open_modules(
        self, context: RequestContext, authority_id: int, target: ResponseTarget
    ) -> None:
        """Open the form with an authority's modules."""

        def load_form(tx: Connection) -> Json:
            authority = require_managing_editor(tx, context.principal, authority_id).authority
            values, since = access.current_values(tx, authority), entries.chain_tip(tx)[0]
            edit = ModuleEdit(authority_id, values, values, since)
            return self._form(tx, context, authority, edit)

        await target.show(await self._store.write(load_form))

    async def press_modules(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form with the modules from the authority's card."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id, pushed=True)

        async def open_form(context: RequestContext) -> None:
            await self.open_modules(context, action.number, target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_form)

    async def submit_modules(self, ack: AsyncAck, body: Json) -> None:
        """Show a preview of the change."""
        sender, catalogue = payloads.sender_of(body), self._rulebook.catalogue
        form = payloads.submitted_form_of(body)
        edit = views.edit_in(form, from_checkboxes=True)

        def preview_change(tx: Connection, context: RequestContext) -> Json:
            views.require_modules(form)
            authority, effects = access.preview_effects(tx, edit, context.principal)
            titled = with_translated_title(tx, authority, context.language)
            return views.confirm(titled, edit, effects, catalogue, context.language)

        view = await self._principals.serve_in_transaction(
            sender, self._refuse_edit(ack, sender, edit), preview_change
        )
        if view is not None:
            await ack(response_action="update", view=view)

    async def go_back(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Return to the checkboxes as they were set."""
        await ack()
        action = payloads.block_action_of(body)
        form, target = action.required_form, ResponseTarget(client, action.trigger_id, pushed=True)
        edit = views.edit_in(form, from_checkboxes=False)

        def load_form(tx: Connection, context: RequestContext) -> Json:
            editor = require_managing_editor(tx, context.principal, edit.authority_id)
            return self._form(tx, context, editor.authority, edit)

        view = await self._principals.serve_in_transaction(
            payloads.sender_of(body), target.refuse, load_form
        )
        if view is not None:
            await redraw(client, form, view)

    async def confirm_change(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Grant and withdraw modules; after a conflict, show the form as it was filled in."""
        sender, rulebook = payloads.sender_of(body), self._rulebook
        edit = views.edit_in(payloads.submitted_form_of(body), from_checkboxes=False)

        def change_modules(tx: Connection, context: RequestContext) -> Json:
            now = self._clock()
            result = access.change_modules(tx, edit, context.principal, rulebook, now)
            authority = with_translated_title(tx, result.authority, context.language)
            text = views.saved_text(result, authority, context.language)
            return success_view(text, context.language)

        view = await self._principals.serve_in_transaction(
            sender, self._refuse_edit(ack, sender, edit), change_modules
        )
        await self._finish(ack, client, sender, view)

    async def press_remove(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask for confirmation before an authority is removed."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id, pushed=True)

        def load_confirmation(tx: Connection, context: RequestContext) -> Json:
            authority = require_managing_editor(tx, context.principal, action.number).authority
            number, t = len(queries.all_of(tx, authority.id)), texts(context.language)
            linked = linked_to(tx, authority, authority.modules, context.language)
            unlinked = views.unlinked_blocks(linked, self._rulebook.catalogue, t)
            return views.remove_form(authority, number, unlinked, t)

        view = await self._principals.serve_in_transaction(
            payloads.sender_of(body), target.refuse, load_confirmation
        )
        if view is not None:
            await target.show(view)

    async def confirm_removal(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Remove the authority, if its name was typed to confirm."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)

        def remove_authority(tx: Connection, context: RequestContext) -> Json:
            number, name = form.metadata_number("authority"), form.text(views.NAME)
            removed = managed_authorities.remove(tx, context.principal, number, name, self._clock())
            title = escaped(removed.official_name)
            text = texts(context.language).gettext(
                "Authority removed: {authority}", authority=title
            )
            return success_view(text, context.language)

        view = await self._principals.serve_in_transaction(
            sender, refuse_at_fields(ack), remove_authority
        )
        await self._finish(ack, client, sender, view)

    def _refuse_edit(self, ack: AsyncAck, sender: MemberKey, edit: ModuleEdit) -> RefusalResponder:
        async def show_refusal(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, EditedMeanwhileError):
                view = await self._form_after_conflict(sender, edit, refusal)
                await ack(response_action="update", view=view)
            else:
                await refuse_at_fields(ack)(refusal, language)

        return show_refusal

    async def _form_after_conflict(
        self, sender: MemberKey, edit: ModuleEdit, refusal: EditedMeanwhileError
    ) -> Json:
        """Return the form with the person's choice, which now knows what others changed (D23).

        Other modules count as seen as before, because Slack keeps their checkboxes at an update.
        """
        known = {change.field: change.after for change in refusal.changes}
        seen = {code: value for code, value in {**edit.seen, **known}.items() if value}

        def load_form(tx: Connection) -> Json:
            context = self._principals.known_context(tx, sender)
            editor = require_managing_editor(tx, context.principal, edit.authority_id)
            again = replace(edit, seen=seen, since=entries.chain_tip(tx)[0])
            problem = views.refused_text(
                refusal.changes, self._rulebook.catalogue, context.language
            )
            return self._form(tx, context, editor.authority, again, problem)

        return await self._store.write(load_form)

    def _form(
        self,
        tx: Connection,
        context: RequestContext,
        authority: Authority,
        edit: ModuleEdit,
        problem: str = "",
    ) -> Json:
        titled = with_translated_title(tx, authority, context.language)
        return views.form(titled, edit, self._rulebook.catalogue, context.language, problem)

    async def _finish(
        self, ack: AsyncAck, client: AsyncWebClient, sender: MemberKey, view: Json | None
    ) -> None:
        if view is not None:
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()
            self._home.refresh(client, sender)
