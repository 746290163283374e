"""Bolt's application, which also tells how long each answer took and that Slack was heard."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers.payloads import listener_of
from handlers.shapes import is_whole

log = structlog.get_logger()

Answered = Callable[[str, float], None]


class ObservedApp(AsyncApp):
    """Calls `answered` with the listener and the seconds, after each answer."""

    def __init__(self, answered: Answered, **settings: Any) -> None:  # noqa: ANN401 - Bolt's own
        super().__init__(**settings)
        self._answered = answered

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer as Bolt does; where it stumbles over a request itself, refuse that."""
        began = time.perf_counter()
        if req.mode == "http" and not _has_moment(req):
            return BoltResponse(status=HTTPStatus.UNAUTHORIZED, body="")
        if not is_whole(req.body, req.context):
            return BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")
        try:
            response = await super().async_dispatch(req)
        except Exception as stumble:  # noqa: BLE001 - of another shape than any that Slack sends
            log.warning("request_not_understood", error=type(stumble).__name__)
            response = BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")
        # What is not Slack's, or of no listener of ours, gets no number of its own.
        known = response.status not in {400, 401, 404}
        self._answered(listener_of(req.body) if known else "none", time.perf_counter() - began)
        return response


def _has_moment(req: AsyncBoltRequest) -> bool:
    """Say whether the request tells when it was signed; Bolt takes it to be a number."""
    said = req.headers.get("x-slack-request-timestamp", ())
    return bool(said) and said[0].isascii() and said[0].isdecimal()
