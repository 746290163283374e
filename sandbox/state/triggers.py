"""Issues trigger ids, each valid once for 3 s, and response URLs, valid 5 times within 30 minutes.

With a trigger id the app opens a modal; to a response URL it posts messages.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

TRIGGER_LIFETIME = timedelta(seconds=3)
RESPONSE_URL_LIFETIME = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(slots=True)
class Trigger:
    """The interaction behind a trigger id; `view_id` is the modal it came from, if any."""

    member: str
    view_id: str | None
    at: datetime
    is_used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """An address for responses; `message_ts` is the message of the pressed button, if any."""

    member: str
    channel: str
    message_ts: str | None
    at: datetime
    uses: int = 0


class Triggers:
    """Issues and redeems trigger ids and response URLs."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}

    def new_trigger(self, member: str, view_id: str | None = None) -> str:
        """Return a new trigger id for an interaction of the member."""
        trigger_id = f"{len(self._triggers) + 1}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(member, view_id, self._now())
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Redeem a trigger id; ApiError if it is unknown, used or older than 3 s."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.is_used:
            raise ApiError("exchanged_trigger_id")
        if self._now() - trigger.at > TRIGGER_LIFETIME:
            raise ApiError("expired_trigger_id")
        trigger.is_used = True
        return trigger

    def new_response_url(self, member: str, channel: str, message_ts: str | None = None) -> str:
        """Return the key (the last part) of a new response URL."""
        key = secrets.token_urlsafe(18)
        self._urls[key] = ResponseUrl(member, channel, message_ts, self._now())
        return key

    def use_response_url(self, key: str) -> ResponseUrl:
        """Redeem a response URL; ApiError `expired_url` or `used_url` if it is no longer valid."""
        url = self._urls.get(key)
        if url is None or self._now() - url.at > RESPONSE_URL_LIFETIME:
            raise ApiError("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise ApiError("used_url")
        url.uses += 1
        return url
