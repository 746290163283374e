"""What the sandbox writes down: calls of the Web API and answers to what people did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.shapes import Json


@dataclass(frozen=True, slots=True)
class Call:
    """A Web API call: its arguments, the body as it came, and what was answered."""

    method: str
    body: Json
    raw: bytes
    answer: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered to a person.

    `ok` is False when Slack would show the person a failure; `error` is then Slack's word for
    it, `detail` says more, and `errors` holds texts by block id. `status` is the HTTP status
    (200 for an acknowledged envelope), 0 when nothing was sent or nothing came back.
    """

    ok: bool
    status: int = 0
    body: Json | str | None = None
    seconds: float = 0.0
    error: str = ""
    detail: str = ""
    errors: dict[str, str] = field(default_factory=dict)
