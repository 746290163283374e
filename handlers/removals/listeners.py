"""Listeners for removing and restoring users, and for answers to questions about leavers."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import removal
from core.errors import LastHolderError, RuleError
from core.leavers import service as leavers
from core.members.rules import MemberKey
from core.users import lookup
from handlers import payloads
from handlers.command_listener import button_listener, command_listener
from handlers.dependencies import Dependencies, HomeTab
from handlers.json_types import Json
from handlers.removals import messages, views
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, field_errors_response, redraw
from handlers.ui.last_holder import last_holder_view
from handlers.user_picker import UserPicker

COMMAND = "/imi-removeuser"


class RemovalListeners:
    """Listeners for removing and restoring users (R13, R65, D14)."""

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
        self._user_picker.add_action("remove", self.open_removal, searched=True)
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.view(views.CONFIRM)(self.confirm_removal)
        app.action(views.RESTORE)(self.press_restore)
        app.action(views.SHOW_REMOVED)(button_listener(self._dependencies, self.show_removed))
        app.action(messages.LEAVER_REMOVE)(self.press_remove)
        app.action(messages.LEAVER_KEEP)(self.press_keep)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-removeuser NAME` removes a user, `/imi-removeuser restore` lists removed ones."""
        if not text:
            await self._user_picker.ask(views.which_user(context.language), context, target)
        elif text.casefold() == "restore":
            await self.show_removed(context, text, target)
        else:
            await self._user_picker.pick_by_name("remove", text, context, target)

    async def show_removed(
        self, context: RequestContext, _text: str, target: ResponseTarget
    ) -> None:
        """List the removed users who can be restored."""

        def load_restorable_users(tx: Connection) -> Json:
            policy, now = self._rulebook.policy, self._clock()
            removed_users = removal.restorable_users(tx, context.principal, policy, now)
            tz = context.time_zone
            return views.restorable(removed_users, tz, context.language)

        await target.show(await self._store.read(load_restorable_users))

    async def open_removal(
        self, context: RequestContext, user_id: int, target: ResponseTarget
    ) -> None:
        """Ask for confirmation before a user is removed."""

        def load_confirmation(tx: Connection) -> Json:
            user = lookup.require_user(tx, context.principal, user_id)
            return views.confirm(
                user,
                self._rulebook.policy,
                own=user.id == context.principal.user_id,
                language=context.language,
            )

        await target.show(await self._store.read(load_confirmation))

    async def press_remove(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask for confirmation before a leaver is removed."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id)

        async def open_confirmation(context: RequestContext) -> None:
            await self.open_removal(context, action.number, target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_confirmation)

    async def confirm_removal(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Remove the user, and show the result with a button to undo it."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)
        rulebook = self._rulebook

        async def show_refusal(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, LastHolderError):
                view = last_holder_view(refusal, rulebook.catalogue, language)
                await ack(response_action="push", view=view)
            else:
                await ack(**field_errors_response(refusal, language, str))

        def remove_user(tx: Connection, context: RequestContext) -> tuple[Json, MemberKey | None]:
            number, now = form.metadata_number("user"), self._clock()
            user = removal.remove(tx, context.principal, number, rulebook, now)
            return views.removed(user, rulebook.policy, context.language), user.member

        removed = await self._principals.serve_in_transaction(sender, show_refusal, remove_user)
        if removed is not None:
            view, member = removed
            await ack(response_action="update", view=view)
            self._after_change(client, sender, member)

    async def press_restore(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Restore the user, and show the result in the same modal."""
        await ack()
        action, sender = payloads.block_action_of(body), payloads.sender_of(body)
        form = action.required_form
        target = ResponseTarget(client, action.trigger_id, pushed=True)

        def restore_user(tx: Connection, context: RequestContext) -> Json:
            rulebook, now = self._rulebook, self._clock()
            user = removal.restore(tx, context.principal, action.number, rulebook, now)
            return views.restored(user, context.language)

        view = await self._principals.serve_in_transaction(sender, target.refuse, restore_user)
        if view is not None:
            await redraw(client, form, view)
            self._after_change(client, sender)

    async def press_keep(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Keep a leaver; all copies of the question then show the answer."""
        await ack()
        action, sender = payloads.block_action_of(body), payloads.sender_of(body)
        target = ResponseTarget(client, action.trigger_id)

        def keep_leaver(tx: Connection, context: RequestContext) -> bool:
            policy, now = self._rulebook.policy, self._clock()
            leavers.keep_user(tx, context.principal, action.number, policy, now)
            return True

        if await self._principals.serve_in_transaction(sender, target.refuse, keep_leaver):
            self._after_change(client, sender)

    def _after_change(self, client: AsyncWebClient, *members: MemberKey | None) -> None:
        self._dependencies.wake_delivery_worker()
        self._home.refresh_all(client, members)
