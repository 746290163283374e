"""Fills in, submits and closes modals as a simulated member, and applies the app's response."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.delivery import payloads
from sandbox.delivery.answers import Answer
from sandbox.errors import ApiError
from sandbox.interactions import block_actions, client_validation
from sandbox.interactions.screen import element_named, top_modal
from sandbox.interactions.state_entries import entry_for
from sandbox.interactions.submission_responses import apply_submission_response

if TYPE_CHECKING:
    from sandbox.interactions.dispatcher import Dispatcher
    from sandbox.state.members import Member
    from sandbox.state.views import OpenView


async def fill(dispatcher: Dispatcher, member_id: str, values: dict[str, Any]) -> list[Answer]:
    """Fill in the topmost modal by action id; returns the answers to inputs that send actions.

    NotFoundError if there is no such input or it does not offer the choice.
    """
    dispatcher.active_member(member_id)
    answers = []
    for action_id, value in values.items():
        opened = top_modal(dispatcher.workspace, member_id)
        block, element = element_named(opened.blocks, action_id)
        offered = block_actions.with_suggested_options(opened, block, element)
        entry = entry_for(offered, value, dispatcher.workspace)
        opened.state[block["block_id"]][element["action_id"]] = entry
        dispatcher.workspace.changes.count()
        if block["type"] != "input" or block.get("dispatch_action"):
            action = block_actions.action_of(block, element, entry)
            answers.append(await block_actions.press_in_view(dispatcher, member_id, opened, action))
    return answers


async def submit(dispatcher: Dispatcher, member_id: str, view_id: str = "") -> Answer:
    """Submit the topmost modal, or the one of `view_id`, and apply the app's answer.

    If Slack's client would refuse it, nothing is sent: `ok` is False, `errors` are by block id.
    """
    member = dispatcher.active_member(member_id)
    opened = top_modal(dispatcher.workspace, member_id, view_id)
    opened.errors = client_validation.field_errors(opened.blocks, opened.state)
    if opened.errors:
        dispatcher.workspace.changes.count()
        return Answer(ok=False, error="client_validation", errors=dict(opened.errors))
    payload = payloads.view_submission(dispatcher.workspace, member, opened)
    answer = await dispatcher.send(member, "interactive", payload)
    if not answer.ok:
        return answer
    try:
        apply_submission_response(dispatcher.workspace, opened, answer.body)
    except ApiError as error:
        return dispatcher.reject(member, answer, error)
    return replace(answer, errors=dict(opened.errors))


async def close(dispatcher: Dispatcher, member_id: str, *, clear: bool = False) -> Answer | None:
    """Close the topmost modal, or with `clear` the whole stack.

    None if no closed modal has `notify_on_close`.
    """
    member = dispatcher.active_member(member_id)
    topmost = top_modal(dispatcher.workspace, member_id)
    clears = clear or topmost.fields["clear_on_close"]
    closed = dispatcher.workspace.views.stack(member_id)[::-1] if clears else [topmost]
    for opened in closed:
        dispatcher.workspace.views.close(opened)
    answer = None
    for opened in closed:
        if opened.fields["notify_on_close"]:
            answer = await _notify(dispatcher, member, opened, is_cleared=clears)
    return answer


async def _notify(
    dispatcher: Dispatcher, member: Member, opened: OpenView, *, is_cleared: bool
) -> Answer:
    payload = payloads.view_closed(dispatcher.workspace, member, opened, is_cleared=is_cleared)
    return await dispatcher.send(member, "interactive", payload)
