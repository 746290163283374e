"""Checks of modals and Home tabs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from sandbox.checks import limits, texts
from sandbox.checks.blocks import check_blocks
from sandbox.checks.problems import Place

if TYPE_CHECKING:
    from sandbox.shapes import Json


def view_problems(view: object, kind: str) -> list[str]:
    """Return what Slack would refuse in a view of type `modal` or `home`; empty if nothing."""
    place = Place("/view")
    if not isinstance(view, dict):
        place.add("must provide an object")
        return place.found
    if view.get("type") != kind:
        place.at("type").add(f"must be {kind}")
        return place.found
    _check_keys(view, kind, place)
    blocks = view.get("blocks")
    check_blocks(blocks, limits.MAX_VIEW_BLOCKS, place.at("blocks"), in_message=False)
    if kind == "modal" and _has_inputs(blocks) and not view.get("submit"):
        place.add("missing required field: submit, as there are input blocks")
    if not place.found:
        _check_with_sdk(view, place)
    return place.found


def is_too_large(view: Json) -> bool:
    """Say whether a view is above Slack's 250 kB."""
    return len(json.dumps(view)) > limits.MAX_VIEW_BYTES


def _check_keys(view: Json, kind: str, place: Place) -> None:
    place.unknown(view, limits.MODAL if kind == "modal" else limits.HOME)
    required = {"title", "blocks"} if kind == "modal" else {"blocks"}
    place.missing(view, frozenset(required))
    texts.check_texts(view, limits.VIEW_TEXTS, place)
    texts.check_string(view, "private_metadata", limits.MAX_METADATA, place)
    texts.check_string(view, "callback_id", limits.MAX_ID, place)
    texts.check_string(view, "external_id", limits.MAX_ID, place)


def _has_inputs(blocks: object) -> bool:
    if not isinstance(blocks, list):
        return False
    return any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)


def _check_with_sdk(view: Json, place: Place) -> None:
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as wrong:
        place.add(str(wrong))
