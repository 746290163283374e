"""The listener of `/imi-help`, which lists the commands that the user may use."""

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from handlers import payloads
from handlers.commands import help_overview
from handlers.dependencies import Dependencies
from handlers.payloads import Json
from handlers.request_context import RequestContext
from handlers.responses import refuse_in_message

COMMAND = "/imi-help"


class HelpListeners:
    """Listener for the list of commands."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._principals = dependencies.principals

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(self.type_command)

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
