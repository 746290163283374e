"""The Bolt application, with a deadline of two seconds for each response to Slack.

An HTTP request reaches it only after `bot.web.slack_requests` has checked its signature.
"""

import asyncio
import copy
import json
import time
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from handlers.payloads import request_name_of
from handlers.request_shapes import has_valid_shape

log = structlog.get_logger()

# Slack gives up after three seconds, tells the person so, and sends an event again.
ANSWER_SECONDS = 2.0

OnAnswer = Callable[[str, float], None]
StartTask = Callable[[Coroutine[Any, Any, Any]], None]


class DeadlineApp(AsyncApp):
    """Answers when the listener has returned, or after two seconds if it has acknowledged by then.

    A listener that is still waiting for Slack then goes on as a background task. `on_answer` is
    called after each answer with the listener's name and the seconds that it took.
    """

    def __init__(self, on_answer: OnAnswer, start_task: StartTask, client: AsyncWebClient) -> None:
        super().__init__(
            # Without a name, Bolt reads the source of every caller to find one.
            name="imi-bot",
            client=client,
            # Bolt would check signatures after parsing; `bot.web.slack_requests` does so before.
            request_verification_enabled=False,
            # The answer then goes out when the listener returns, not at Bolt's next poll.
            process_before_response=True,
            # Otherwise Bolt logs a page of advice about each unhandled request.
            raise_error_for_unhandled_request=True,
        )
        self._on_answer = on_answer
        self._start_task = start_task
        self._apps_by_request: dict[tuple[str, ...], AsyncApp] = {}

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer as Bolt does, and refuse malformed requests on which Bolt would fail."""
        began = time.perf_counter()
        if not has_valid_shape(req.body, req.context):
            return BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")
        try:
            app = await self._app_for(req)
            dispatching = asyncio.create_task(AsyncApp.async_dispatch(app, req))
            response = await self._within_deadline(req, dispatching)
        except Exception as error:  # noqa: BLE001 - Bolt raises many kinds for malformed requests
            log.warning("request_not_understood", error=type(error).__name__)
            response = BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")
        # Malformed requests and unknown listeners share one label, so that labels stay few.
        known = response.status not in {400, 401, 404}
        self._on_answer(request_name_of(req.body) if known else "none", time.perf_counter() - began)
        return response

    async def _app_for(self, req: AsyncBoltRequest) -> AsyncApp:
        """Return this app with only the listeners for such requests.

        Bolt asks each of its listeners in turn, of which there are more than a hundred. Ours are
        registered by ids alone, without patterns, so that those of a request tell which take it.
        """
        ids = _listener_ids(req.body)
        if ids not in self._apps_by_request:
            self._init_context(req)
            nothing = BoltResponse(status=HTTPStatus.OK)
            matching = [
                listener
                for listener in self._async_listeners
                if await listener.async_matches(req=req, resp=nothing)
            ]
            # Ids without a listener are not kept: anything can be an id.
            if not matching:
                return self
            app = copy.copy(self)
            app._async_listeners = matching  # noqa: SLF001 - of the same class
            self._apps_by_request[ids] = app
        return self._apps_by_request[ids]

    async def _within_deadline(
        self, req: AsyncBoltRequest, dispatching: asyncio.Task[BoltResponse]
    ) -> BoltResponse:
        try:
            await asyncio.wait({dispatching}, timeout=ANSWER_SECONDS)
        except asyncio.CancelledError:
            # The process is stopping: the answer reaches nobody, but the listener finishes.
            self._start_task(_finish(dispatching))
            raise
        early = None if dispatching.done() else _early_response(req)
        if early is None:
            return await dispatching
        self._start_task(_finish_late(req, dispatching))
        return early


def _listener_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids by which Bolt finds a listener; malformed requests have some too."""
    actions, event, view = body.get("actions"), body.get("event"), body.get("view")
    first = actions[0] if isinstance(actions, list) and actions else None
    return (
        *(str(body.get(name)) for name in ("type", "command", "action_id", "callback_id")),
        str(first.get("action_id") if isinstance(first, dict) else first),
        str(event.get("type") if isinstance(event, dict) else event),
        str(view.get("callback_id") if isinstance(view, dict) else view),
    )


async def _finish(dispatching: asyncio.Task[BoltResponse]) -> None:
    await dispatching


async def _finish_late(req: AsyncBoltRequest, dispatching: asyncio.Task[BoltResponse]) -> None:
    """Finish a listener that has been answered for, and send what it still has to say.

    After a command that is the text about an error, such as that Slack opened no modal. Slack
    takes it at the command's response URL.
    """
    response = await dispatching
    respond = req.context.respond
    if "command" in req.body and response.body and respond is not None:
        text = json.loads(response.body).get("text")
        await respond(text, response_type="ephemeral")


def _early_response(req: AsyncBoltRequest) -> BoltResponse | None:
    """Return the response in the listener's acknowledgement; an event needs only an empty one."""
    if req.body.get("type") == "event_callback":
        return BoltResponse(status=HTTPStatus.OK, body="")
    response: BoltResponse | None = req.context.ack.response
    return response
