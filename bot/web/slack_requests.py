"""Passes on HTTP requests that Slack signed, and refuses all others before parsing their body.

They are passed to the Bolt application. Only Slack's check of the TLS certificate is answered
without a signature.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import cast

import structlog
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.slack.request_record import RequestFault, RequestRecord
from bot.slack.signature import RequestSignature
from bot.web.body_reader import BodyReader, BodyTooLargeError, TooManyBodiesError
from bot.web.slack_addresses import SlackAddresses
from core.secret import Secret

log = structlog.get_logger()

SLACK_PATH = "/slack/events"
# Slack's views have at most 250 kB of JSON (`view_too_large`); a form's encoding doubles that.
MAX_BODY_BYTES = 1024 * 1024
# Slack's certificate checks are far smaller.
MAX_CERTIFICATE_CHECK_BYTES = 1024
_STATUSES = {
    RequestFault.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    RequestFault.TOO_MANY: HTTPStatus.SERVICE_UNAVAILABLE,
}
_CERTIFICATE_CHECK = re.compile(rb"(?:[^&]*&)*ssl_check=1(?:&[^&]*)*")


def bolt_over_http(
    app: AsyncApp, secret: Secret, addresses: SlackAddresses, record: RequestRecord
) -> ASGIApp:
    """Return the application for Slack's path that passes signed requests on to Bolt."""
    # Bolt types its scope as dict and Starlette as MutableMapping; uvicorn passes both a dict.
    bolt = cast("ASGIApp", AsyncSlackRequestHandler(app, path=SLACK_PATH))
    return SlackRequests(bolt, secret, addresses, record)


class SlackRequests:
    """The ASGI application of Slack's path: refuses unsigned requests, and passes on the others.

    A request without a well-formed signature or with too long a body is refused unread.
    """

    def __init__(
        self,
        app: ASGIApp,
        secret: Secret,
        addresses: SlackAddresses,
        record: RequestRecord,
        now: Callable[[], float] = time.time,
    ) -> None:
        if not secret.reveal().strip():
            raise ValueError("Without a signing secret, everybody could sign requests.")
        self._app = app
        self._secret = secret
        self._addresses = addresses
        self._record = record
        self._now = now
        self._bodies = BodyReader()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            await _short_answer(HTTPStatus.METHOD_NOT_ALLOWED)(scope, receive, send)
            return
        try:
            await self._read_and_call(scope, receive, send)
        except ClientDisconnect:
            return
        except _RefusedError as refusal:
            self._record.refuse(refusal.fault, **refusal.details)
            await _short_answer(refusal.status)(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - Bolt raises many kinds for malformed requests
            log.warning("request_not_understood", error=type(error).__name__)
            await _short_answer(HTTPStatus.BAD_REQUEST)(scope, receive, send)

    async def _read_and_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        signature = RequestSignature.of(scope["headers"])
        if signature is None:
            await self._answer_certificate_check(scope, receive, send)
            return
        if (_stated_length(scope) or 0) > MAX_BODY_BYTES:
            raise _RefusedError(RequestFault.TOO_LARGE)
        body = await self._read_body(receive, MAX_BODY_BYTES)
        self._check(signature, body)
        if scope.get("client"):
            self._addresses.add(scope["client"][0])
        await self._app(scope, _replaying(body, receive), send)

    def _check(self, signature: RequestSignature, body: bytes) -> None:
        if not signature.is_of(body, self._secret):
            raise _RefusedError(RequestFault.SIGNATURE)
        # Slack signed it: its timestamp is the time of Slack's clock.
        now = self._now()
        ahead = timedelta(seconds=now - signature.timestamp)
        self._record.compare_clocks(ahead)
        if not signature.is_current(now):
            raise _RefusedError(RequestFault.CLOCK, seconds_ahead=round(ahead.total_seconds()))
        self._record.accept()

    async def _answer_certificate_check(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer Slack's check of the certificate, the only request that it does not sign."""
        stated = _stated_length(scope)
        if stated is None or stated > MAX_CERTIFICATE_CHECK_BYTES:
            raise _RefusedError(RequestFault.UNSIGNED)
        body = await self._read_body(receive, MAX_CERTIFICATE_CHECK_BYTES)
        if not _CERTIFICATE_CHECK.fullmatch(body):
            raise _RefusedError(RequestFault.UNSIGNED)
        await _short_answer(HTTPStatus.OK)(scope, receive, send)

    async def _read_body(self, receive: Receive, limit: int) -> bytes:
        try:
            return await self._bodies.read(receive, limit)
        except BodyTooLargeError:
            raise _RefusedError(RequestFault.TOO_LARGE) from None
        except TooManyBodiesError:
            raise _RefusedError(RequestFault.TOO_MANY) from None


class _RefusedError(Exception):
    """A request is not from Slack, or not from now; `details` go into the log."""

    def __init__(self, fault: RequestFault, **details: int) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.details = details

    @property
    def status(self) -> HTTPStatus:
        """Return the status to answer with."""
        return _STATUSES.get(self.fault, HTTPStatus.UNAUTHORIZED)


def _short_answer(status: HTTPStatus) -> ASGIApp:
    # The connection is closed, so that the rest of the body is not read.
    return PlainTextResponse(f"{status.phrase}\n", status, {"Connection": "close"})


def _stated_length(scope: Scope) -> int | None:
    """Return the body's length as the header states it, or None if there is no such header."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths else None


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
