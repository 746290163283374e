"""The class `Answer`: the app's response to an interaction or event, or a failure instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.json_types import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """The app's answer to an interaction or event, or the failure that Slack shows instead.

    `ok` is False when Slack would show a failure. Then `error` is Slack's code for it, `detail`
    explains it, and `errors` holds texts by block id. `status` is the HTTP status (200 for an
    acknowledged envelope), 0 when nothing was sent or nothing came back.
    """

    ok: bool
    status: int = 0
    body: Json | str | None = None
    seconds: float = 0.0
    error: str = ""
    detail: str = ""
    errors: dict[str, str] = field(default_factory=dict)
