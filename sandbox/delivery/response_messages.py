"""Posts, replaces or deletes messages as the app's response to a request asks.

The response comes in the answer to the request, or at the response URL that Slack gives the app.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.checks.messages import check_message
from sandbox.state.messages import Message

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.triggers import ResponseUrl
    from sandbox.state.workspace import Workspace


def apply_response(workspace: Workspace, url: ResponseUrl, parts: Json) -> None:
    """Post, replace or delete a message as `parts` says; ApiError if the message is not valid."""
    original = workspace.message(url.channel, url.message_ts) if url.message_ts else None
    if parts.get("delete_original"):
        if original:
            workspace.delete(original)
        return
    check_message(parts)
    message = Message.from_app(url.channel, parts)
    if original and parts.get("replace_original"):
        workspace.edit(
            replace(message, ts=original.ts, ephemeral_to=original.ephemeral_to, edited=True)
        )
    else:
        reader = None if parts.get("response_type") == "in_channel" else url.member
        workspace.post(replace(message, ephemeral_to=reader))
