"""Listeners of `/imi-authority`, and of the button that confirms an authority's data (R2, R20).

Users can view their own authority. Administrators of an access manager can also view the
authorities that it manages (D15).
"""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import data_review, managed_authorities
from core.administration.card import card_of
from core.administration.permissions import require_access_manager
from core.languages.texts import texts
from handlers import payloads
from handlers.authorities import authority_picker, views
from handlers.command_listener import button_listener, command_listener
from handlers.dependencies import Dependencies, HomeTab
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, success_view
from handlers.ui.action_ids import CHOOSE_MANAGED

COMMAND = "/imi-authority"
ACTION_NAME = "show"


class AuthorityListeners:
    """Listeners for the authority's card (R20)."""

    def __init__(
        self,
        dependencies: Dependencies,
        home: HomeTab,
        authority_picker: authority_picker.AuthorityPicker,
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
        self._authority_picker.add_action(ACTION_NAME, self.show_card)
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.action(CHOOSE_MANAGED)(button_listener(self._dependencies, self.choose_managed))
        app.action(views.CONFIRM_DATA)(self.press_confirm_data)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """Show one's own authority, also by its name, or with another name a managed one (D15)."""
        principal = context.principal
        if not text or await self._store.read(
            lambda tx: managed_authorities.means_own(tx, principal, text)
        ):
            await self.show_card(context, principal.authority_id, target)
        else:
            await self._authority_picker.pick_by_name(ACTION_NAME, text, context, target)

    async def choose_managed(
        self, context: RequestContext, _text: str, target: ResponseTarget
    ) -> None:
        """Ask which of the managed authorities to show."""
        await self._store.read(lambda tx: require_access_manager(tx, context.principal))
        await target.show(authority_picker.authority_choice_view(ACTION_NAME, context.language))

    async def show_card(
        self, context: RequestContext, authority_id: int, target: ResponseTarget
    ) -> None:
        """Show the authority's card."""

        def load_card(tx: Connection) -> Json:
            found = card_of(tx, context.principal, authority_id)
            tz = context.time_zone
            return views.card(found, self._rulebook.catalogue, tz, context.language)

        await target.show(await self._store.read(load_card))

    async def press_confirm_data(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Record that the authority's data is right as it is."""
        await ack()
        action, sender = payloads.block_action_of(body), payloads.sender_of(body)
        target = ResponseTarget.of_action(client, action)

        def confirm_data(tx: Connection, context: RequestContext) -> Json:
            data_review.confirm(tx, context.principal, action.number, self._clock())
            text = texts(context.language).gettext(
                "Thank you. The data are recorded as confirmed today."
            )
            return success_view(text, context.language)

        view = await self._principals.serve_in_transaction(sender, target.refuse, confirm_data)
        if view is not None:
            await target.show(view)
            self._home.refresh(client, sender)
