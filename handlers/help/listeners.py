"""The listener of `/imi-help`, which lists what the user can do."""

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from core.errors import NotAUserError, RuleError
from handlers import payloads
from handlers.dependencies import Dependencies
from handlers.help.views import Audience, audiences_of, help_overview
from handlers.payloads import Json
from handlers.refusal_texts import refusal_text
from handlers.request_context import RequestContext

COMMAND = "/imi-help"


class HelpListeners:
    """Listener for the list of what a user can do."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._principals = dependencies.principals
        self._commission_channel = dependencies.commission_channel

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(self.type_command)

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
                await respond(refusal_text(refusal, language))

        await self._principals.serve(payloads.sender_of(command), refuse_or_list, list_tasks)
