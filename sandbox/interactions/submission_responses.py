"""Applies the app's response to a submitted modal: closes, updates or pushes modals, shows errors.

The response's `response_action` says which of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.checks.views import check_view
from sandbox.errors import ApiError
from sandbox.state.views import MAX_STACK

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.views import OpenView
    from sandbox.state.workspace import Workspace


def apply_submission_response(
    workspace: Workspace, opened: OpenView, body: Json | str | None
) -> None:
    """Close, update, push or clear modals, or show errors; ApiError if `body` is not valid."""
    views = workspace.views
    if isinstance(body, str):
        raise _invalid("the answer is neither empty nor a JSON object")
    match (body or {}).get("response_action"):
        case None if body:
            raise _invalid("the answer has no response_action")
        case None:
            views.close(opened)
        case "clear":
            views.clear(opened.member)
        case "errors":
            opened.errors = _checked_errors(opened, (body or {}).get("errors"))
            workspace.changes.count()
        case "update":
            views.update(opened, _checked_modal(workspace, body))
        case "push":
            _push(workspace, opened, _checked_modal(workspace, body))
        case other:
            raise _invalid(f"unknown response_action: {other}")


def _push(workspace: Workspace, opened: OpenView, view: Json) -> None:
    stack = workspace.views.stack(opened.member)
    if opened not in stack:
        return
    if len(stack) >= MAX_STACK:
        raise ApiError("push_limit_reached")
    workspace.views.push(opened.member, view)


def _checked_modal(workspace: Workspace, body: Json | None) -> Json:
    return check_view((body or {}).get("view"), "modal", workspace.manifest.bot_scopes)


def _checked_errors(opened: OpenView, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in opened.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise _invalid("errors must be an object with at least one entry")
    if unknown := set(errors) - inputs:
        raise _invalid(f"no input block has the block_id {sorted(unknown)}")
    if not all(isinstance(text, str) and text.strip() for text in errors.values()):
        raise _invalid("an error needs a text")
    return dict(errors)


def _invalid(problem: str) -> ApiError:
    return ApiError.with_messages("invalid_response", [problem])
