"""What every command does alike: acknowledge, answer `help`, find out who asks, then its work."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers import payloads
from handlers.command_help import help_text
from handlers.dependencies import Dependencies
from handlers.payloads import Json
from handlers.principals import RequestContext
from handlers.responses import ResponseTarget, refuse_in_message

CommandHandler = Callable[[RequestContext, str, ResponseTarget], Awaitable[None]]
Listener = Callable[..., Awaitable[None]]


def command_listener(parts: Dependencies, command_name: str, work: CommandHandler) -> Listener:
    """Return the listener of a command: `help` explains, all else goes to `work`.

    `work` is handed who asks, the text after the command, and where a modal can be opened.
    """

    async def listen(
        ack: AsyncAck, respond: AsyncRespond, command: Json, client: AsyncWebClient
    ) -> None:
        await ack()
        text = payloads.command_text_of(command)
        place = ResponseTarget(client, payloads.trigger_id_of(command))

        async def answer(context: RequestContext) -> None:
            if text.casefold() == "help":
                await respond(help_text(command_name, context.language))
            else:
                await work(context, text, place)

        await parts.principals.receive(
            payloads.sender_of(command), refuse_in_message(respond), answer
        )

    return listen
