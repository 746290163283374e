"""What every command does alike: acknowledge, answer `help`, find out who asks, then its work."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers import payloads
from handlers.command_help import help_of
from handlers.dependencies import Dependencies
from handlers.payloads import Json
from handlers.principals import RequestContext
from handlers.responses import ResponseTarget, said_by

Work = Callable[[RequestContext, str, ResponseTarget], Awaitable[None]]
Listener = Callable[..., Awaitable[None]]


def commanded(parts: Dependencies, command_name: str, work: Work) -> Listener:
    """Return the listener of a command: `help` explains, all else goes to `work`.

    `work` is handed who asks, the text after the command, and where a modal can be opened.
    """

    async def listen(
        ack: AsyncAck, respond: AsyncRespond, command: Json, client: AsyncWebClient
    ) -> None:
        await ack()
        text = payloads.command_text_of(command)
        place = ResponseTarget(client, payloads.trigger_of(command))

        async def answer(context: RequestContext) -> None:
            if text.casefold() == "help":
                await respond(help_of(command_name, context.language))
            else:
                await work(context, text, place)

        await parts.principals.receive(payloads.who_of(command), said_by(respond), answer)

    return listen
