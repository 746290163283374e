"""Tests that the Bolt app times its answers, and lets slow listeners finish in the background."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from slack_bolt.listener.async_listener import AsyncCustomListener
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.runtime.background_tasks import BackgroundTasks
from bot.slack.app import DeadlineApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from slack_bolt.async_app import AsyncAck, AsyncSay
    from slack_bolt.response import BoltResponse
    from slack_sdk.web.async_client import AsyncWebClient

FORM = "application/x-www-form-urlencoded"


def deadline_app(
    client: AsyncWebClient, later: BackgroundTasks, seen: Callable[[str, float], None]
) -> DeadlineApp:
    return DeadlineApp(seen, later, client)


def command_request(command: str) -> AsyncBoltRequest:
    body = f"command={command}&team_id=T0IMI&user_id=U0ADA&text=&response_url=x"
    headers: dict[str, str | Sequence[str]] = {
        "content-type": FORM,
        "x-slack-request-timestamp": "1",
    }
    return AsyncBoltRequest(body=body, headers=headers)


async def test_each_answer_is_timed_by_its_listener(client: AsyncWebClient) -> None:
    seen: list[tuple[str, float]] = []
    app = deadline_app(
        client, BackgroundTasks(), lambda listener, seconds: seen.append((listener, seconds))
    )

    async def answer(ack: AsyncAck) -> None:
        await asyncio.sleep(0.02)
        await ack()

    app.command("/imi-me")(answer)
    for command in ("/imi-me", "/imi-none"):
        await app.async_dispatch(command_request(command))

    (known, seconds), (unknown, _) = seen
    assert (known, unknown) == ("/imi-me", "none")
    assert 0.02 <= seconds < 2


async def test_a_listener_running_at_shutdown_finishes(client: AsyncWebClient) -> None:
    done: list[str] = []
    later, begun = BackgroundTasks(), asyncio.Event()
    app = deadline_app(client, later, lambda *_: None)

    async def answer(ack: AsyncAck) -> None:
        await ack()
        begun.set()
        await asyncio.sleep(0.1)
        done.append("whole")

    app.command("/imi-me")(answer)
    request = asyncio.create_task(app.async_dispatch(command_request("/imi-me")))
    await begun.wait()

    request.cancel()

    with pytest.raises(asyncio.CancelledError):
        await request
    await later.drain(5)
    assert done == ["whole"]


async def test_only_the_listener_of_a_request_is_asked_whether_it_takes_it(
    client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt asks one after the other, from the first request on that it has seen before."""
    asked: list[object] = []
    matches = AsyncCustomListener.async_matches

    async def note(
        listener: AsyncCustomListener, *, req: AsyncBoltRequest, resp: BoltResponse
    ) -> bool:
        asked.append(listener)
        return await matches(listener, req=req, resp=resp)

    monkeypatch.setattr(AsyncCustomListener, "async_matches", note)
    app, answered = deadline_app(client, BackgroundTasks(), lambda *_: None), list[str]()

    def listener(name: str) -> Callable[[AsyncAck], Awaitable[None]]:
        async def answer(ack: AsyncAck) -> None:
            answered.append(name)
            await ack()

        return answer

    for number in range(5):
        app.command(f"/imi-{number}")(listener(str(number)))

    for command in ("/imi-3", "/imi-4", "/imi-none"):
        await app.async_dispatch(command_request(command))
    asked.clear()
    statuses = [
        (await app.async_dispatch(command_request(command))).status
        for command in ("/imi-4", "/imi-3")
    ]

    assert answered == ["3", "4", "4", "3"]
    assert statuses == [200, 200]
    assert len(asked) == 2
    assert (await app.async_dispatch(command_request("/imi-none"))).status == 404


def suggestion_request(action_id: str) -> AsyncBoltRequest:
    payload = {
        "type": "block_suggestion",
        "action_id": action_id,
        "block_id": "b",
        "value": "x",
        "user": {"id": "U0ADA", "team_id": "T0IMI"},
        "team": {"id": "T0IMI"},
        "view": {"id": "V1", "type": "modal", "callback_id": "form"},
    }
    body = urlencode({"payload": json.dumps(payload)})
    return AsyncBoltRequest(body=body, headers={"content-type": FORM})


async def test_two_menus_of_one_modal_have_listeners_of_their_own(client: AsyncWebClient) -> None:
    app = deadline_app(client, BackgroundTasks(), lambda *_: None)

    def suggest(text: str) -> Callable[[AsyncAck], Awaitable[None]]:
        async def answer(ack: AsyncAck) -> None:
            await ack(options=[{"text": {"type": "plain_text", "text": text}, "value": text}])

        return answer

    for name in ("first", "second"):
        app.options(name)(suggest(name))

    answers = [
        (await app.async_dispatch(suggestion_request(name))).body
        for name in ("first", "second", "first")
    ]

    assert ["first" in body for body in answers] == [True, False, True]
    assert "second" in answers[1]


async def test_the_first_request_of_a_kind_is_served_with_the_apps_own_client(
    client: AsyncWebClient,
) -> None:
    app, tokens = deadline_app(client, BackgroundTasks(), lambda *_: None), list[str | None]()

    async def answer(ack: AsyncAck, say: AsyncSay) -> None:
        tokens.append(None if say.client is None else say.client.token)
        await ack()

    app.command("/imi-me")(answer)
    for _ in range(2):
        await app.async_dispatch(command_request("/imi-me&channel_id=C0IMI"))

    assert tokens == [client.token] * 2
