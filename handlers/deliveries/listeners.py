"""Listeners of buttons that show the state of messages to a user, and send one of them again.

Two more buttons concern usernames: an administrator confirms that a user was told the username, and
users have their own one shown.
"""

from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import username_handover
from core.deliveries import service
from core.languages.texts import texts
from core.users.principals import Principal
from handlers import payloads
from handlers.deliveries.confirmation_updates import ConfirmationUpdates, load_confirmation
from handlers.dependencies import Dependencies, HomeTab
from handlers.interactions import BlockAction
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import (
    ResponseTarget,
    notice_view,
    redraw,
    refuse_in_modal,
    refuse_in_pushed_modal,
)
from handlers.ui.action_ids import REVEAL_USERNAME, SEND_AGAIN
from handlers.ui.user_confirmation import (
    REFRESH,
    USERNAME_TOLD,
    ConfirmationType,
    confirmation_type_of,
)
from handlers.user_picker import UserPicker


class DeliveryListeners:
    """Listeners for deliveries (D10)."""

    def __init__(self, dependencies: Dependencies, home: HomeTab, user_picker: UserPicker) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._home = home
        self._user_picker = user_picker
        self._updates = ConfirmationUpdates(dependencies)

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        self._user_picker.add_action("status", self.show_status)
        for action_id in (REFRESH, USERNAME_TOLD, SEND_AGAIN):
            app.action(action_id)(self.press_button)
        app.action(REVEAL_USERNAME)(self.press_reveal)

    async def press_button(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Run the pressed button, then show the state of the deliveries after the response."""
        await ack()
        action, sender = payloads.block_action_of(body), payloads.sender_of(body)
        refuse = (refuse_in_pushed_modal if action.form else refuse_in_modal)(
            client, action.trigger_id
        )

        async def run_button(context: RequestContext) -> None:
            user_id = await self._change_delivery(action, context.principal)
            if action.form is not None:
                confirmation_type = confirmation_type_of(action.form.metadata_text("occasion"))
                view = await self._confirmation(context, user_id, confirmation_type)
                self._watch(view, action.form.view_id, context, client)
                self._dependencies.run_in_background(redraw(client, action.form, view))
            elif action.in_message:
                target = ResponseTarget(client, action.trigger_id)
                self._dependencies.run_in_background(self.show_status(context, user_id, target))
            self._dependencies.wake_delivery_worker()
            self._home.refresh(client, sender)

        await self._principals.serve(sender, refuse, run_button)

    async def press_reveal(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show users their own username, to them alone (D10's setting "reveal")."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)

        async def show_username(context: RequestContext) -> None:
            now = self._clock()
            username = await self._store.write(
                partial(username_handover.reveal_username, principal=context.principal, now=now)
            )
            _ = texts(context.language).gettext
            text = _("Your username: `{username}`", username=username)
            await target.show(notice_view(text, context.language))

        await self._principals.serve(payloads.sender_of(body), target.refuse, show_username)

    async def _change_delivery(self, action: BlockAction, principal: Principal) -> int:
        number, now = action.number, self._clock()

        def change_delivery(tx: Connection) -> int:
            if action.action_id == SEND_AGAIN:
                return service.send_again(tx, principal, number, now).user_id
            if action.action_id == USERNAME_TOLD:
                username_handover.confirm_handover(tx, principal, number, now)
            return number

        return await self._store.write(change_delivery)

    async def show_status(
        self, context: RequestContext, user_id: int, target: ResponseTarget
    ) -> None:
        """Show the state of the messages to a user."""
        view = await self._confirmation(context, user_id, ConfirmationType.STATUS)
        self._watch(view, await target.show(view), context, target.client)

    def _watch(
        self, view: Json, view_id: str, context: RequestContext, client: AsyncWebClient
    ) -> None:
        self._dependencies.open_confirmations.watch(view, view_id, context.member_key, client)

    async def _confirmation(
        self, context: RequestContext, user_id: int, confirmation_type: ConfirmationType
    ) -> Json:
        return await self._store.read(
            lambda tx: load_confirmation(tx, context, user_id, confirmation_type)
        )
