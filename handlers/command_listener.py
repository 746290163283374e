"""Makes the listener of a slash command, and that of a button that does what the command does.

They acknowledge the request, find the user who sent it, and call the feature's handler. That of a
command answers `help` itself.
"""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers import payloads
from handlers.commands import help_text
from handlers.dependencies import Dependencies
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, refuse_in_message

# Takes the context, the text after the command, and where a modal can be opened.
CommandHandler = Callable[[RequestContext, str, ResponseTarget], Awaitable[None]]
Listener = Callable[..., Awaitable[None]]


def command_listener(
    dependencies: Dependencies, command_name: str, handle: CommandHandler
) -> Listener:
    """Return the listener of a command: it answers `help` itself and calls `handle` otherwise."""

    async def listen(
        ack: AsyncAck, respond: AsyncRespond, command: Json, client: AsyncWebClient
    ) -> None:
        await ack()
        text = payloads.command_text_of(command)
        target = ResponseTarget(client, payloads.trigger_id_of(command))

        async def explain_or_handle(context: RequestContext) -> None:
            if text.casefold() == "help":
                await respond(help_text(command_name, context.language))
            else:
                await handle(context, text, target)

        await dependencies.principals.serve(
            payloads.sender_of(command),
            refuse_in_message(respond, command_name),
            explain_or_handle,
        )

    return listen


def button_listener(dependencies: Dependencies, handle: CommandHandler) -> Listener:
    """Return the listener of a button that does what the command does without further text."""

    async def listen(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)

        async def handle_press(context: RequestContext) -> None:
            await handle(context, "", target)

        await dependencies.principals.serve(payloads.sender_of(body), target.refuse, handle_press)

    return listen
