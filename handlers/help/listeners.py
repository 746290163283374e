"""The listeners of `/imi-help`, which lists commands, and of the button that asks for help."""

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import help_requests
from core.languages.tags import FALLBACK
from core.languages.texts import texts
from handlers import payloads
from handlers.commands import help_entries, help_overview
from handlers.dependencies import Dependencies
from handlers.payloads import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, notice_view, refuse_in_message
from handlers.ui.action_ids import ASK_ADMINISTRATOR

COMMAND = "/imi-help"


class HelpListeners:
    """Listeners for the list of commands, and for requests to administrators (R38)."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._principals = dependencies.principals

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(self.type_command)
        app.action(ASK_ADMINISTRATOR)(self.press_ask)

    async def type_command(self, ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
        """List the commands that the person may use."""
        await ack()

        async def list_commands(context: RequestContext) -> None:
            await respond(
                help_overview(context.language, administrator=context.principal.administrator)
            )

        await self._principals.serve(
            payloads.sender_of(command), refuse_in_message(respond), list_commands
        )

    async def press_ask(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask the administrators for what the user may not do, and confirm that."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id, pushed=action.form is not None)
        commands = {entry.command for entry in help_entries(FALLBACK)}
        topic = action.value if action.value in commands else ""

        def ask(tx: Connection, context: RequestContext) -> Json:
            number = help_requests.ask(tx, context.principal, topic, self._clock())
            confirmation = texts(context.language).ngettext(
                "Your request has been sent to {number} administrator.",
                "Your request has been sent to {number} administrators.",
                number,
            )
            return notice_view(f":white_check_mark: {confirmation}", context.language)

        view = await self._principals.serve_in_transaction(
            payloads.sender_of(body), target.refuse, ask
        )
        if view is not None:
            self._dependencies.wake_delivery_worker()
            await target.show(view)
