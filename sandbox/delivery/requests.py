"""Data classes of a request to the app and its response, and the interface to send a request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from sandbox.json_types import Json

RESPONSE_SECONDS = 3.0  # the time an app has to respond
RequestType = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class AppRequest:
    """A payload for the app; `retry` counts from 1 for events that are sent again."""

    type: RequestType
    payload: Json
    retry: int = 0
    retry_reason: str = ""


@dataclass(frozen=True, slots=True)
class AppResponse:
    """The app's response; `error` is empty, or Slack's code for the failure."""

    status: int = 0
    body: Json | str | None = None
    seconds: float = 0.0
    error: str = ""
    retry_reason: str = ""
    wants_no_retry: bool = False


class Delivery(Protocol):
    """A way to reach the app: HTTP or Socket Mode."""

    async def deliver(self, request: AppRequest) -> AppResponse:
        """Send a request and wait at most `RESPONSE_SECONDS`; failures are in the response."""
        ...


def parsed_body(text: str) -> Json | str | None:
    """Return a response body as a JSON object, else as text, or None if it is blank."""
    if not text.strip():
        return None
    try:
        body = json.loads(text)
    except ValueError:
        return text
    return body if isinstance(body, dict) else text
