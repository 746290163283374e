"""A small Bolt app the sandbox is tried with: it asks, echoes, and fails when told to."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_bolt.context.respond.async_respond import AsyncRespond
    from starlette.requests import Request
    from starlette.responses import Response

    from sandbox import Sandbox

    Next = Callable[[], Awaitable[None]]

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    return {"text": plain(value.title()), "value": value}


def text_input(name: str, **more: Any) -> Json:  # noqa: ANN401  (any Block Kit value)
    element = {"type": "plain_text_input", "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element}


def modal(*blocks: Json, **more: Any) -> Json:  # noqa: ANN401  (any Block Kit value)
    view = {"type": "modal", "callback_id": "asked", "title": plain("Ask"), "blocks": [*blocks]}
    return view | {"submit": plain("Send")} | more


def form() -> Json:
    colours = [option("red"), option("blue")]
    select = {"type": "static_select", "action_id": "colour", "options": colours}
    external = {"type": "external_select", "action_id": "city", "min_query_length": 0}
    button = {"type": "button", "action_id": "swap", "text": plain("Swap"), "value": "now"}
    return modal(
        text_input("what", max_length=20),
        {"type": "input", "block_id": "colour", "optional": True}
        | {"label": plain("Colour"), "element": select, "dispatch_action": True},
        {"type": "input", "block_id": "city", "optional": True}
        | {"label": plain("City"), "element": external},
        {"type": "actions", "block_id": "buttons", "elements": [button]},
        notify_on_close=True,
    )


def echo(sandbox: Sandbox, seen: list[Json]) -> AsyncApp:
    """Return the app; `seen` collects the payloads it was given."""
    client = AsyncWebClient("xoxb-bot", base_url=sandbox.api_url)
    app = AsyncApp(client=client, signing_secret="signing")

    async def remember(body: Json, next: Next) -> None:  # noqa: A002  (Bolt's name)
        seen.append(body)
        await next()

    app.middleware(remember)
    for command, listener in {"/ask": ask, "/slow": late, "/broken": broken, "/say": say}.items():
        app.command(command)(listener)
    app.shortcut("ask")(ask)
    app.view("asked")(asked)
    app.view_closed("asked")(acknowledge)
    app.action("swap")(swap)
    app.action("colour")(acknowledge)
    app.action("pressed")(acknowledge)
    app.options("city")(cities)
    for kind in ("app_home_opened", "message", "user_change", "team_join"):
        app.event(kind)(acknowledge)
    return app


async def ask(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=form())


async def late(ack: AsyncAck) -> None:
    await asyncio.sleep(3.3)
    await ack()


async def broken() -> None:
    raise RuntimeError("broken on purpose")


async def say(ack: AsyncAck, respond: AsyncRespond, body: Json) -> None:
    if body["text"] == "nonsense":
        await ack("words", blocks=[{"type": "carpet"}])
        return
    await ack(f"you said {body['text']}")
    await respond("and later this")


async def asked(ack: AsyncAck, view: Json) -> None:
    what = view["state"]["values"]["what"]["what"]["value"]
    await (ack(ANSWERS[what]) if what in ANSWERS else ack())


async def acknowledge(ack: AsyncAck) -> None:
    await ack()


async def swap(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    changed = form()
    changed["blocks"][0]["element"]["initial_value"] = "ignored"
    view = body["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=changed)


async def cities(ack: AsyncAck, payload: Json) -> None:
    if payload["value"] == "nowhere":
        await ack({"cities": []})
    else:
        await ack(options=[option(payload["value"] + "berg")])


ANSWERS: dict[str, Json] = {
    "wrong": {"response_action": "errors", "errors": {"what": "Not that."}},
    "stray": {"response_action": "errors", "errors": {"nowhere": "Lost."}},
    "update": {"response_action": "update", "view": modal(text_input("what"))},
    "push": {"response_action": "push", "view": modal(text_input("what"))},
    "clear": {"response_action": "clear"},
    "no errors": {"response_action": "errors", "errors": {}},
    "no text": {"response_action": "errors", "errors": {"what": " "}},
    "odd": {"response_action": "juggle"},
    "no action": {"text": "words"},
    "unsound": {"response_action": "update", "view": {"type": "modal", "blocks": []}},
}


async def serve_http(sandbox: Sandbox) -> AsyncIterator[list[Json]]:
    """Run the app behind HTTP."""
    seen: list[Json] = []
    handler = AsyncSlackRequestHandler(echo(sandbox, seen))

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    routes = [Route("/slack/events", events, methods=["POST"])]
    config = uvicorn.Config(
        Starlette(routes=routes), log_config=None, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    sandbox.request_url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
    await sandbox.until(lambda: server.started)
    try:
        yield seen
    finally:
        server.should_exit = True
        await serving
        listening.close()


async def serve_socket(sandbox: Sandbox) -> AsyncIterator[list[Json]]:
    """Run the app behind Socket Mode."""
    seen: list[Json] = []
    handler = AsyncSocketModeHandler(echo(sandbox, seen), "xapp-app")
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
    try:
        await sandbox.until(lambda: sandbox.socket.is_open)
        yield seen
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's
