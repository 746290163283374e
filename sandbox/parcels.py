"""What travels between Slack and the app: a parcel out, a reply back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from sandbox.shapes import Json

LIMIT = 3.0  # seconds an app has to answer
Kind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One payload on its way to the app; `retry` counts from 1 for events sent again."""

    kind: Kind
    payload: Json
    retry: int = 0
    retry_reason: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `error` is empty, or Slack's word for what went wrong."""

    status: int = 0
    body: Json | str | None = None
    seconds: float = 0.0
    error: str = ""
    retry_reason: str = ""
    wants_no_retry: bool = False


class Delivery(Protocol):
    """A way to the app: HTTP or Socket Mode."""

    async def deliver(self, parcel: Parcel) -> Reply:
        """Hand the parcel over and wait at most `LIMIT` for the reply; raises nothing."""
        ...


def body_of(text: str) -> Json | str | None:
    """Return a reply's body: a JSON object, else the text, None if there is nothing."""
    if not text.strip():
        return None
    try:
        body = json.loads(text)
    except ValueError:
        return text
    return body if isinstance(body, dict) else text
