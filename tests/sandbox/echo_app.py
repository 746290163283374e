"""A small Bolt app that opens modals, answers and fails, for the tests of the sandbox."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from tests.sandbox.builders import form, modal, option, text_input

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_bolt.context.respond.async_respond import AsyncRespond
    from starlette.requests import Request
    from starlette.responses import Response

    from sandbox import Sandbox
    from sandbox.json_types import Json

    Next = Callable[[], Awaitable[None]]


def echo_app(sandbox: Sandbox, received: list[Json]) -> AsyncApp:
    """Return the app; the payloads that it receives are added to `received`."""
    client = AsyncWebClient("xoxb-bot", base_url=sandbox.api_url)
    app = AsyncApp(client=client, signing_secret="signing")

    async def record(body: Json, next: Next) -> None:  # noqa: A002  (Bolt's name)
        received.append(body)
        await next()

    app.middleware(record)
    app.command("/ask")(open_form)
    app.command("/slow")(acknowledge_too_late)
    app.command("/broken")(fail)
    app.command("/say")(answer_command)
    app.shortcut("ask")(open_form)
    app.view("asked")(answer_submission)
    app.view_closed("asked")(acknowledge)
    app.action("swap")(update_form)
    app.action("colour")(acknowledge)
    app.action("pressed")(acknowledge)
    app.options("city")(suggest_cities)
    for kind in ("app_home_opened", "message", "user_change", "team_join"):
        app.event(kind)(acknowledge)
    return app


async def open_form(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=form())


async def acknowledge_too_late(ack: AsyncAck) -> None:
    await asyncio.sleep(3.3)
    await ack()


async def fail() -> None:
    raise RuntimeError("broken on purpose")


async def answer_command(ack: AsyncAck, respond: AsyncRespond, body: Json) -> None:
    if body["text"] == "nonsense":
        await ack("words", blocks=[{"type": "carpet"}])
        return
    await ack(f"you said {body['text']}")
    await respond("and later this")


async def answer_submission(ack: AsyncAck, view: Json) -> None:
    what = view["state"]["values"]["what"]["what"]["value"]
    await (ack(SUBMISSION_RESPONSES[what]) if what in SUBMISSION_RESPONSES else ack())


async def acknowledge(ack: AsyncAck) -> None:
    await ack()


async def update_form(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    updated = form()
    updated["blocks"][0]["element"]["initial_value"] = "ignored"
    view = body["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=updated)


async def suggest_cities(ack: AsyncAck, payload: Json) -> None:
    if payload["value"] == "nowhere":
        await ack({"cities": []})
    else:
        await ack(options=[option(payload["value"] + "berg")])


# The input of the form -> the response to its submission.
SUBMISSION_RESPONSES: dict[str, Json] = {
    "wrong": {"response_action": "errors", "errors": {"what": "Not that."}},
    "unknown field": {"response_action": "errors", "errors": {"nowhere": "Lost."}},
    "update": {"response_action": "update", "view": modal(text_input("what"))},
    "push": {"response_action": "push", "view": modal(text_input("what"))},
    "clear": {"response_action": "clear"},
    "no errors": {"response_action": "errors", "errors": {}},
    "no text": {"response_action": "errors", "errors": {"what": " "}},
    "unknown action": {"response_action": "juggle"},
    "no action": {"text": "words"},
    "invalid view": {"response_action": "update", "view": {"type": "modal", "blocks": []}},
}


async def serve_http(sandbox: Sandbox) -> AsyncIterator[list[Json]]:
    """Connect the app by HTTP; yields the payloads that it receives."""
    received: list[Json] = []
    handler = AsyncSlackRequestHandler(echo_app(sandbox, received))

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    routes = [Route("/slack/events", events, methods=["POST"])]
    config = uvicorn.Config(
        Starlette(routes=routes), log_config=None, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    sandbox.request_url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
    await sandbox.until(lambda: server.started)
    try:
        yield received
    finally:
        server.should_exit = True
        await serving
        listener.close()


async def serve_socket(sandbox: Sandbox) -> AsyncIterator[list[Json]]:
    """Connect the app by Socket Mode; yields the payloads that it receives."""
    received: list[Json] = []
    handler = AsyncSocketModeHandler(echo_app(sandbox, received), "xapp-app")
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
    try:
        await sandbox.until(lambda: sandbox.socket.is_open)
        yield received
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's
