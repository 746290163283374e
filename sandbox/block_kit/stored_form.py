"""Adds to blocks the values that Slack adds when it stores them: defaults of texts, missing ids."""

from __future__ import annotations

import copy
import secrets
from typing import TYPE_CHECKING

from sandbox.block_kit.elements import interactive_elements

if TYPE_CHECKING:
    from sandbox.json_types import Json


def stored_blocks(blocks: list[Json]) -> list[Json]:
    """Return a copy of blocks with text defaults, block ids and action ids."""
    stored = copy.deepcopy(blocks)
    _fill_in_texts(stored)
    for block in stored:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in interactive_elements(block):
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    return stored


def stored_text(text: Json) -> Json:
    """Return a copy of one text object with Slack's defaults."""
    stored = copy.deepcopy(text)
    _fill_in_texts(stored)
    return stored


def _fill_in_texts(value: object) -> None:
    if isinstance(value, list):
        for item in value:
            _fill_in_texts(item)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            _fill_in_text(value)
        for item in value.values():
            _fill_in_texts(item)


def _fill_in_text(text: Json) -> None:
    if text.get("type") == "plain_text":
        text.setdefault("emoji", True)
    elif text.get("type") == "mrkdwn":
        text.setdefault("verbatim", False)
