"""Bolt's application, in time for Slack whatever the work takes; it tells how long answers took."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers.payloads import request_name_of
from handlers.request_shapes import has_valid_shape

log = structlog.get_logger()

# Slack gives up after three, tells the person so, and sends an event again.
PATIENCE_SECONDS = 2.0

Answered = Callable[[str, float], None]
Later = Callable[[Coroutine[Any, Any, Any]], None]


class DeadlineApp(AsyncApp):
    """Calls `answered` with the listener and the seconds, after each answer.

    The answer goes out when the listener has ended. A listener that waits long for Slack itself
    goes on behind its answer, which `later` then holds on to.
    """

    def __init__(self, answered: Answered, later: Later, **settings: Any) -> None:  # noqa: ANN401 - Bolt's own
        super().__init__(**settings)
        self._answered = answered
        self._later = later

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer as Bolt does; where it stumbles over a request itself, refuse that."""
        began = time.perf_counter()
        if req.mode == "http" and not _has_moment(req):
            return BoltResponse(status=HTTPStatus.UNAUTHORIZED, body="")
        if not has_valid_shape(req.body, req.context):
            return BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")
        try:
            response = await self._in_time(req, asyncio.create_task(super().async_dispatch(req)))
        except Exception as stumble:  # noqa: BLE001 - of another shape than any that Slack sends
            log.warning("request_not_understood", error=type(stumble).__name__)
            response = BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")
        # What is not Slack's, or of no listener of ours, gets no number of its own.
        known = response.status not in {400, 401, 404}
        self._answered(request_name_of(req.body) if known else "none", time.perf_counter() - began)
        return response

    async def _in_time(
        self, req: AsyncBoltRequest, work: asyncio.Task[BoltResponse]
    ) -> BoltResponse:
        try:
            await asyncio.wait({work}, timeout=PATIENCE_SECONDS)
        except asyncio.CancelledError:
            # The process ends: nobody hears the answer, but the work is finished.
            self._later(_outcome(work))
            raise
        early = None if work.done() else _said_already(req)
        if early is None:
            return await work
        self._later(_outcome(work))
        return early


async def _outcome(work: asyncio.Task[BoltResponse]) -> None:
    await work


def _said_already(req: AsyncBoltRequest) -> BoltResponse | None:
    """Return what the listener acknowledged with; an event needs no more than having come."""
    if req.body.get("type") == "event_callback":
        return BoltResponse(status=HTTPStatus.OK, body="")
    response: BoltResponse | None = req.context.ack.response
    return response


def _has_moment(req: AsyncBoltRequest) -> bool:
    """Say whether the request tells when it was signed; Bolt takes it to be a number."""
    said = req.headers.get("x-slack-request-timestamp", ())
    return bool(said) and said[0].isascii() and said[0].isdecimal()
