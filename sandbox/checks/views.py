"""Checks modals and Home tabs against Slack's rules and limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from sandbox.block_kit.elements import elements
from sandbox.checks import limits, texts
from sandbox.checks.blocks import check_blocks
from sandbox.checks.problems import Problems
from sandbox.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.json_types import Json


def check_view(view: object, kind: str, bot_scopes: Collection[str]) -> Json:
    """Return a view of type `modal` or `home` that passed every check.

    A `file_input` needs the scope `files:read`.

    Raises:
        ApiError: lists all problems found.
    """
    problems = view_problems(view, kind)
    if problems or not isinstance(view, dict):
        raise ApiError.with_messages("invalid_arguments", problems)
    takes_files = any(e["type"] == "file_input" for _, e in elements(view["blocks"]))
    if takes_files and "files:read" not in bot_scopes:
        raise ApiError("missing_scope", needed="files:read")
    if len(json.dumps(view)) > limits.MAX_VIEW_BYTES:
        raise ApiError("view_too_large")
    return view


def view_problems(view: object, kind: str) -> list[str]:
    """Return what Slack would refuse in a view of type `modal` or `home`, its size apart."""
    problems = Problems("/view")
    if not isinstance(view, dict):
        problems.add("must provide an object")
        return problems.messages
    if view.get("type") != kind:
        problems.at("type").add(f"must be {kind}")
        return problems.messages
    _check_keys(view, kind, problems)
    blocks = view.get("blocks")
    check_blocks(blocks, limits.MAX_VIEW_BLOCKS, problems.at("blocks"), surface=kind)
    if kind == "modal" and _has_inputs(blocks) and not view.get("submit"):
        problems.add("missing required field: submit, as there are input blocks")
    if not problems.messages:
        _check_with_sdk(view, problems)
    return problems.messages


def _check_keys(view: Json, kind: str, problems: Problems) -> None:
    problems.add_unknown_keys(view, limits.MODAL_KEYS if kind == "modal" else limits.HOME_KEYS)
    required = {"title", "blocks"} if kind == "modal" else {"blocks"}
    problems.add_missing_keys(view, frozenset(required))
    texts.check_texts(view, limits.VIEW_TEXTS, problems)
    texts.check_string(view, "private_metadata", limits.MAX_METADATA, problems)
    texts.check_string(view, "callback_id", limits.MAX_ID, problems)
    texts.check_string(view, "external_id", limits.MAX_ID, problems)


def _has_inputs(blocks: object) -> bool:
    if not isinstance(blocks, list):
        return False
    return any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)


def _check_with_sdk(view: Json, problems: Problems) -> None:
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as wrong:
        problems.add(str(wrong))
