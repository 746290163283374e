"""Listeners for password resets by administrators, and for users' requests for a new password."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.deliveries.rows import deliveries
from core.errors import NobodyToAskError
from core.members.rules import MemberKey
from core.resets import rows, service
from core.resets.request_limits import require_no_pause
from core.resets.rules import RequestSource
from core.resets.service import ResetDecision
from core.users import lookup
from core.users.reset_permissions import managed_authority_of, require_resettable, reset_approvers
from core.users.rows import users
from core.users.rules import User
from handlers import payloads
from handlers.command_listener import command_listener
from handlers.dependencies import Dependencies, HomeTab
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.resets import messages, views
from handlers.responses import ResponseTarget, refuse_at_fields
from handlers.ui.user_confirmation import ConfirmationType, confirmation_view
from handlers.user_picker import UserPicker

COMMAND = "/imi-reset"


class ResetListeners:
    """Listeners for password resets and requests (R16, R67, R68, D11)."""

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
        find = lookup.matching_resettable
        self._user_picker.add_action("reset", self.open_reset, searched=True, find=find)
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.view(views.RESET)(self.submit_reset)
        app.view(views.REQUEST)(self.submit_request)
        app.view(views.DECLINED)(self.submit_decline)
        app.action(messages.APPROVE)(self.press_approve)
        app.action(messages.DECLINE)(self.press_decline)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-reset NAME` resets another user's password; `/imi-reset` asks for whom.

        An ordinary user can request a new password for themselves only.
        """
        if text:
            await self._user_picker.pick_by_name("reset", text, context, target)
        elif context.principal.administrator:
            await self._user_picker.ask(views.which_user(context.language), context, target)
        else:
            await self.open_request_form(context, target)

    async def open_reset(
        self, context: RequestContext, user_id: int, target: ResponseTarget
    ) -> None:
        """Ask for confirmation before a password is reset."""

        def load_confirmation(tx: Connection) -> Json:
            user = require_resettable(tx, context.principal, user_id)
            return views.confirm(user, context.language)

        await target.show(await self._store.write(load_confirmation))

    async def submit_reset(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Reset the password, and show the state of the e-mail."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)

        def reset_password(tx: Connection, context: RequestContext) -> Json:
            number, now = form.metadata_number("user"), self._clock()
            user = service.reset(tx, context.principal, number, now)
            return _confirmation(tx, user, context)

        view = await self._principals.serve_in_transaction(
            sender, refuse_at_fields(ack), reset_password
        )
        if view is not None:
            self._dependencies.open_confirmations.watch(view, form.view_id, sender, client)
            await ack(response_action="update", view=view)
            self._after_change(client, sender)

    async def open_request_form(self, context: RequestContext, target: ResponseTarget) -> None:
        """Show who would decide on a request, or since when one is open."""

        def load_request_form(tx: Connection) -> Json:
            me = users.require_in_authority(
                tx, context.principal.user_id, context.principal.authority_id
            )
            earlier = rows.find_open_of_user(tx, me.id)
            if earlier is not None:
                return views.request_status(earlier, context.time_zone, context.language)
            policy, now = self._rulebook.policy, self._clock()
            require_no_pause(tx, me.id, RequestSource.SLACK, policy, now)
            administrators = reset_approvers(tx, me)
            if not administrators:
                raise NobodyToAskError("Nobody can grant it.")
            return views.request_form(administrators, policy, context.language)

        await target.show(await self._store.read(load_request_form))

    async def submit_request(self, ack: AsyncAck, body: Json) -> None:
        """Request a new password, and show what happens next."""

        def request_reset(tx: Connection, context: RequestContext) -> Json:
            policy, now = self._rulebook.policy, self._clock()
            request = service.request_reset(
                tx, context.principal.user_id, RequestSource.SLACK, policy, now
            )
            return views.request_status(request, context.time_zone, context.language)

        view = await self._principals.serve_in_transaction(
            payloads.sender_of(body), refuse_at_fields(ack), request_reset
        )
        if view is not None:
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()

    async def press_approve(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Approve the request, and show the state of the e-mail."""
        await ack()
        action, sender = payloads.block_action_of(body), payloads.sender_of(body)
        target = ResponseTarget(client, action.trigger_id)

        def approve_request(tx: Connection, context: RequestContext) -> Json:
            policy, now = self._rulebook.policy, self._clock()
            decision = ResetDecision(action.number, approve=True)
            request = service.decide(tx, context.principal, decision, policy, now)
            return _confirmation(tx, users.require(tx, request.user_id), context)

        view = await self._principals.serve_in_transaction(sender, target.refuse, approve_request)
        if view is not None:
            view_id = await target.show(view)
            self._dependencies.open_confirmations.watch(view, view_id, sender, client)
            self._after_change(client, sender)

    async def press_decline(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask for the reason."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id)

        async def open_reason_form(context: RequestContext) -> None:
            def load_reason_form(tx: Connection) -> Json:
                request = service.require_request(tx, context.principal, action.number)
                user = require_resettable(tx, context.principal, request.user_id)
                return views.decline(request, user, context.language)

            await target.show(await self._store.write(load_reason_form))

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_reason_form)

    async def submit_decline(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Decline the request with the reason; all copies of the request then show it."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)

        def decline_request(tx: Connection, context: RequestContext) -> bool:
            policy, now = self._rulebook.policy, self._clock()
            number, reason = form.metadata_number("request"), form.text(views.REASON)
            service.decide(tx, context.principal, ResetDecision(number, False, reason), policy, now)
            return True

        if await self._principals.serve_in_transaction(
            sender, refuse_at_fields(ack), decline_request
        ):
            await ack()
            self._after_change(client, sender)

    def _after_change(self, client: AsyncWebClient, sender: MemberKey) -> None:
        self._dependencies.wake_delivery_worker()
        self._home.refresh(client, sender)


def _confirmation(tx: Connection, user: User, context: RequestContext) -> Json:
    newest = deliveries.newest_about(tx, user.id)
    managed = managed_authority_of(tx, context.principal, user)
    return confirmation_view(user, newest, context.language, ConfirmationType.RESET, managed)
