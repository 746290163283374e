"""Passes on Slack's signed requests, and refuses all others before their body is parsed."""

import re
import time
from collections.abc import Callable
from http import HTTPStatus

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.slack.signature import RequestSignature
from bot.web.slack_addresses import SlackAddresses
from core.secret import Secret

log = structlog.get_logger()

# Slack's views have at most 250 kB of JSON (`view_too_large`); a form's encoding doubles that.
MAX_BODY_BYTES = 1024 * 1024
# Slack's certificate checks are the only requests that it does not sign; they are this small.
MAX_CERTIFICATE_CHECK_BYTES = 1024
_CERTIFICATE_CHECK = re.compile(rb"(?:[^&]*&)*ssl_check=1(?:&[^&]*)*")


class SlackRequests:
    """The ASGI application of Slack's path: refuses unsigned requests, and passes on the others.

    A request without a well-formed signature or with too long a body is refused unread.
    """

    def __init__(
        self,
        app: ASGIApp,
        secret: Secret,
        addresses: SlackAddresses,
        now: Callable[[], float] = time.time,
    ) -> None:
        if not secret.reveal().strip():
            raise ValueError("Without a signing secret, everybody could sign requests.")
        self._app = app
        self._secret = secret
        self._addresses = addresses
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            await _short_answer(HTTPStatus.METHOD_NOT_ALLOWED)(scope, receive, send)
            return
        try:
            status = await self._read_and_call(scope, receive, send)
        except ClientDisconnect:
            return
        except _TooLargeError:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        except Exception as error:  # noqa: BLE001 - Bolt raises many kinds for malformed requests
            log.warning("request_not_understood", error=type(error).__name__)
            status = HTTPStatus.BAD_REQUEST
        if status is not None:
            await _short_answer(status)(scope, receive, send)

    async def _read_and_call(self, scope: Scope, receive: Receive, send: Send) -> HTTPStatus | None:
        """Return the status to answer with, or None if the application has answered."""
        signature = RequestSignature.of(scope["headers"])
        limit = MAX_CERTIFICATE_CHECK_BYTES if signature is None else MAX_BODY_BYTES
        stated = _stated_length(scope)
        if signature is None and (stated is None or stated > limit):
            return HTTPStatus.UNAUTHORIZED
        if stated is not None and stated > limit:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        body = await _read_body(receive, limit)
        if signature is None:
            is_check = _CERTIFICATE_CHECK.fullmatch(body)
            return HTTPStatus.OK if is_check else HTTPStatus.UNAUTHORIZED
        if not signature.is_of(body, self._secret) or not signature.is_current(self._now()):
            return HTTPStatus.UNAUTHORIZED
        if scope.get("client"):
            self._addresses.add(scope["client"][0])
        await self._app(scope, _replaying(body, receive), send)
        return None


class _TooLargeError(Exception):
    """The body is larger than any that Slack sends."""


def _short_answer(status: HTTPStatus) -> ASGIApp:
    # The connection is closed, so that the rest of the body is not read.
    return PlainTextResponse(f"{status.phrase}\n", status, {"Connection": "close"})


def _stated_length(scope: Scope) -> int | None:
    """Return the body's length as the header states it, or None if there is no such header."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths else None


async def _read_body(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > limit:
            raise _TooLargeError
        more = message.get("more_body", False)
    return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that yields the body that was read, then what follows."""
    was_read = False

    async def receive_again() -> Message:
        nonlocal was_read
        if was_read:
            return await receive()
        was_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
