"""The listeners of `/imi-help`, which lists what the user can do, and of the button for help."""

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import help_requests
from core.errors import NotAUserError, RuleError
from core.languages.tags import FALLBACK
from core.languages.texts import texts
from handlers import payloads
from handlers.commands import help_entries
from handlers.dependencies import Dependencies
from handlers.help.views import Audience, audiences_of, help_overview
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, refuse_in_message, success_view
from handlers.ui.action_ids import ASK_ADMINISTRATOR

COMMAND = "/imi-help"


class HelpListeners:
    """Listeners for the list of what a user can do, and for requests to administrators (R38)."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._principals = dependencies.principals
        self._commission_channel = dependencies.commission_channel

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(self.type_command)
        app.action(ASK_ADMINISTRATOR)(self.press_ask)

    async def type_command(self, ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
        """List what the person can do; in the Commission's channel that is to translate, too."""
        await ack()
        channel = self._commission_channel
        translates = channel is not None and command.get("channel_id") == channel
        others = frozenset({Audience.COMMISSION} if translates else ())

        async def list_tasks(context: RequestContext) -> None:
            await respond(help_overview(audiences_of(context) | others, context.language))

        async def refuse_or_list(refusal: RuleError, language: str) -> None:
            if translates and isinstance(refusal, NotAUserError):
                await respond(help_overview(others, language))
            else:
                await refuse_in_message(respond)(refusal, language)

        await self._principals.serve(payloads.sender_of(command), refuse_or_list, list_tasks)

    async def press_ask(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask the administrators for what the user may not do, and confirm that."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)
        commands = {entry.command for entry in help_entries(FALLBACK)}
        topic = action.value if action.value in commands else ""

        def ask(tx: Connection, context: RequestContext) -> Json:
            number = help_requests.ask(tx, context.principal, topic, self._clock())
            confirmation = texts(context.language).ngettext(
                "Your request has been sent to {number} administrator.",
                "Your request has been sent to {number} administrators.",
                number,
            )
            return success_view(confirmation, context.language)

        view = await self._principals.serve_in_transaction(
            payloads.sender_of(body), target.refuse, ask
        )
        if view is not None:
            self._dependencies.wake_delivery_worker()
            await target.show(view)
