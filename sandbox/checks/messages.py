"""Checks a message's text, blocks and metadata against Slack's rules and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.checks import limits
from sandbox.checks.blocks import check_blocks
from sandbox.checks.problems import Problems
from sandbox.errors import ApiError

if TYPE_CHECKING:
    from sandbox.json_types import Json


def check_message(message: Json) -> None:
    """Check `text`, `blocks` and `metadata`.

    Stricter than Slack in one point: Slack only warns about blocks without a text, which screen
    readers and notifications need; here they are refused.

    Raises:
        ApiError: lists the problems found.
    """
    text = message.get("text")
    if text is not None and not isinstance(text, str):
        raise ApiError("invalid_arguments")
    if message.get("blocks") is not None:
        _check_message_blocks(message["blocks"])
    if not text:
        raise ApiError("no_text")
    if len(text) > limits.MAX_TEXT:
        raise ApiError("msg_too_long")
    _check_metadata(message.get("metadata"))


def _check_message_blocks(blocks: object) -> None:
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    problems = Problems("/blocks")
    check_blocks(blocks, limits.MAX_MESSAGE_BLOCKS, problems, surface="message")
    if problems.messages:
        raise ApiError.with_messages("invalid_blocks", problems.messages)


def _check_metadata(metadata: object) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    is_named = isinstance(metadata.get("event_type"), str) and metadata["event_type"]
    if not is_named or not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_schema")
