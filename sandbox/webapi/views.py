"""Simulates Slack's methods `views.open`, `views.push`, `views.update` and `views.publish`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.checks.views import check_view
from sandbox.errors import ApiError
from sandbox.state.views import MAX_STACK

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.views import OpenView
    from sandbox.webapi.context import ApiContext, Arguments


def views_open(api: ApiContext, args: Arguments) -> Json:
    """Open a modal for the member behind the trigger id."""
    trigger_id = args.text("trigger_id")
    view = _checked_view(api, args, "modal")
    trigger = api.workspace.triggers.exchange(trigger_id)
    return _response(api.workspace.views.open(trigger.member, view))


def views_push(api: ApiContext, args: Arguments) -> Json:
    """Open a modal on top of the stack that the trigger id came from."""
    trigger_id = args.text("trigger_id")
    view = _checked_view(api, args, "modal")
    trigger = api.workspace.triggers.exchange(trigger_id)
    stack = api.workspace.views.stack(trigger.member)
    if not stack or trigger.view_id not in {opened.id for opened in stack}:
        raise ApiError("invalid_trigger_id")
    if len(stack) >= MAX_STACK:
        raise ApiError("push_limit_reached")
    return _response(api.workspace.views.push(trigger.member, view))


def views_update(api: ApiContext, args: Arguments) -> Json:
    """Replace an open modal or Home tab; an outdated `hash` is refused."""
    view_id = args.optional_text("view_id") or args.text("external_id")
    opened = api.workspace.views.find(view_id)
    if opened is None:
        was_known = api.workspace.views.was_known(view_id)
        raise ApiError("not_found" if was_known else "view_not_found")
    view = _checked_view(api, args, opened.fields["type"])
    _compare_hash(args, opened)
    api.workspace.views.update(opened, view)
    return _response(opened)


def views_publish(api: ApiContext, args: Arguments) -> Json:
    """Create or replace a member's Home tab; an outdated `hash` is refused."""
    member = api.workspace.members.get(args.text("user_id"))
    view = _checked_view(api, args, "home")
    if member is None or member.is_bot:
        message = "[ERROR] must be a valid user [json-pointer:/user_id]"
        raise ApiError.with_messages("invalid_arguments", [message])
    if not api.workspace.manifest.has_home:
        raise ApiError("not_enabled")
    home = api.workspace.views.home(member.id)
    if home:
        _compare_hash(args, home)
    return _response(api.workspace.views.publish(member.id, view))


def _checked_view(api: ApiContext, args: Arguments, kind: str) -> Json:
    return check_view(args.json("view"), kind, api.workspace.manifest.bot_scopes)


def _compare_hash(args: Arguments, opened: OpenView) -> None:
    given = args.optional_text("hash")
    if given and given != opened.hash:
        raise ApiError("hash_conflict")


def _response(opened: OpenView) -> Json:
    return {"view": opened.json(with_state=False)}
