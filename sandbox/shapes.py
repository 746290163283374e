"""JSON as Slack writes it: the type, and what Slack adds to text objects it keeps."""

from __future__ import annotations

import copy
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def as_kept(blocks: list[Json]) -> list[Json]:
    """Return a copy of `blocks` with the defaults Slack fills into text objects."""
    kept = copy.deepcopy(blocks)
    _fill_texts(kept)
    return kept


def kept_object(value: Json | None) -> Json | None:
    """Return a copy of one text object or option with Slack's defaults, None for None."""
    if value is None:
        return None
    return as_kept([value])[0]


def _fill_texts(value: object) -> None:
    if isinstance(value, list):
        for item in value:
            _fill_texts(item)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            _fill_text(value)
        for item in value.values():
            _fill_texts(item)


def _fill_text(text: Json) -> None:
    if text.get("type") == "plain_text":
        text.setdefault("emoji", True)
    elif text.get("type") == "mrkdwn":
        text.setdefault("verbatim", False)
