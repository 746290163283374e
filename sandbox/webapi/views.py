"""`views.open`, `views.push`, `views.update` and `views.publish`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import inputs
from sandbox.checks.views import is_too_large, view_problems
from sandbox.errors import ApiError
from sandbox.modals import MAX_STACK

if TYPE_CHECKING:
    from sandbox.modals import OpenView
    from sandbox.shapes import Json
    from sandbox.webapi.context import Api, Arguments
    from sandbox.workspace import Workspace


def views_open(api: Api, args: Arguments) -> Json:
    """Open a modal for whoever the trigger came from."""
    trigger_id = args.text("trigger_id")
    view = sound_view(api.workspace, args.json("view"), "modal")
    trigger = api.workspace.triggers.exchange(trigger_id)
    return _answer(api.workspace.modals.open(trigger.member, view))


def views_push(api: Api, args: Arguments) -> Json:
    """Lay a modal over the one the trigger came from; three at the most."""
    trigger_id = args.text("trigger_id")
    view = sound_view(api.workspace, args.json("view"), "modal")
    trigger = api.workspace.triggers.exchange(trigger_id)
    stack = api.workspace.modals.stack(trigger.member)
    if not stack or trigger.view_id not in {opened.id for opened in stack}:
        raise ApiError("invalid_trigger_id")
    if len(stack) >= MAX_STACK:
        raise ApiError("push_limit_reached")
    return _answer(api.workspace.modals.push(trigger.member, view))


def views_update(api: Api, args: Arguments) -> Json:
    """Change an open modal; a stale `hash` is refused."""
    view_id = args.optional_text("view_id") or args.text("external_id")
    opened = api.workspace.modals.find(view_id)
    if opened is None:
        was_known = api.workspace.modals.was_known(view_id)
        raise ApiError("not_found" if was_known else "view_not_found")
    view = sound_view(api.workspace, args.json("view"), opened.fields["type"])
    _compare_hash(args, opened)
    api.workspace.modals.update(opened, view)
    return _answer(opened)


def views_publish(api: Api, args: Arguments) -> Json:
    """Show a member their Home tab."""
    member = api.workspace.members.get(args.text("user_id"))
    view = sound_view(api.workspace, args.json("view"), "home")
    if member is None or member.is_bot:
        message = "[ERROR] must be a valid user [json-pointer:/user_id]"
        raise ApiError.with_messages("invalid_arguments", [message])
    if not api.workspace.manifest.has_home:
        raise ApiError("not_enabled")
    home = api.workspace.modals.home(member.id)
    if home:
        _compare_hash(args, home)
    return _answer(api.workspace.modals.publish(member.id, view))


def sound_view(workspace: Workspace, view: object, kind: str) -> Json:
    """Return a view that passed every check; ApiError with the places otherwise.

    A `file_input` needs the scope to read what it brings.
    """
    problems = view_problems(view, kind)
    if problems or not isinstance(view, dict):
        raise ApiError.with_messages("invalid_arguments", problems)
    takes_files = any(e["type"] == "file_input" for _, e in inputs.elements(view["blocks"]))
    if takes_files and "files:read" not in workspace.manifest.bot_scopes:
        raise ApiError("missing_scope", needed="files:read")
    if is_too_large(view):
        raise ApiError("view_too_large")
    return view


def _compare_hash(args: Arguments, opened: OpenView) -> None:
    given = args.optional_text("hash")
    if given and given != opened.hash:
        raise ApiError("hash_conflict")


def _answer(opened: OpenView) -> Json:
    return {"view": opened.json(with_state=False)}
