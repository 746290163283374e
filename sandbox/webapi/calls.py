"""The data class that records a call of the Web API and its response, for tests and summaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.json_types import Json


@dataclass(frozen=True, slots=True)
class Call:
    """A Web API call: its arguments, its raw body, and the response it got."""

    method: str
    body: Json
    raw: bytes
    answer: Json
