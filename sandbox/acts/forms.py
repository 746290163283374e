"""Filling in, submitting and closing modals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox import payloads, typing_rules
from sandbox.acts import buttons
from sandbox.acts.screen import element_named, top_modal
from sandbox.errors import ApiError
from sandbox.modals import MAX_STACK
from sandbox.records import Answer
from sandbox.webapi.views import sound_view

if TYPE_CHECKING:
    from sandbox.acts.desk import Desk
    from sandbox.members import Member
    from sandbox.modals import OpenView
    from sandbox.shapes import Json


async def fill(desk: Desk, member_id: str, values: dict[str, Any]) -> list[Answer]:
    """Type into the top modal, by action id; returns the answers of inputs that tell the app.

    NothingThereError when there is no such input or it does not offer the choice.
    """
    desk.person(member_id)
    answers = []
    for action_id, value in values.items():
        opened = top_modal(desk.workspace, member_id)
        block, element = element_named(opened.blocks, action_id)
        offered = buttons.offered(opened, block, element)
        entry = typing_rules.chosen(offered, value, desk.workspace)
        opened.state[block["block_id"]][element["action_id"]] = entry
        desk.workspace.changes.note()
        if block["type"] != "input" or block.get("dispatch_action"):
            action = buttons.action_of(block, element, entry)
            answers.append(await buttons.press_in_view(desk, member_id, opened, action))
    return answers


async def submit(desk: Desk, member_id: str, view_id: str = "") -> Answer:
    """Press the submit button of the top modal (or of `view_id`), and apply the answer.

    What Slack's own client refuses is never sent: `ok` False, `errors` by block id.
    """
    member = desk.person(member_id)
    opened = top_modal(desk.workspace, member_id, view_id)
    opened.errors = typing_rules.problems(opened.blocks, opened.state)
    if opened.errors:
        desk.workspace.changes.note()
        return Answer(ok=False, error="client_validation", errors=dict(opened.errors))
    payload = payloads.view_submission(desk.workspace, member, opened)
    answer = await desk.send(member, "interactive", payload)
    if not answer.ok:
        return answer
    try:
        _apply(desk, opened, answer.body)
    except ApiError as problem:
        return desk.refused(member, answer, problem)
    return replace(answer, errors=dict(opened.errors))


async def close(desk: Desk, member_id: str, *, clear: bool = False) -> Answer | None:
    """Close the top modal (with `clear`, the whole stack); None if nobody wants to know."""
    member = desk.person(member_id)
    top = top_modal(desk.workspace, member_id)
    clears = clear or top.fields["clear_on_close"]
    gone = desk.workspace.modals.stack(member_id)[::-1] if clears else [top]
    for opened in gone:
        desk.workspace.modals.close(opened)
    answer = None
    for opened in gone:
        if opened.fields["notify_on_close"]:
            answer = await _tell(desk, member, opened, is_cleared=clears)
    return answer


async def _tell(desk: Desk, member: Member, opened: OpenView, *, is_cleared: bool) -> Answer:
    payload = payloads.view_closed(desk.workspace, member, opened, is_cleared=is_cleared)
    return await desk.send(member, "interactive", payload)


def _apply(desk: Desk, opened: OpenView, body: Json | str | None) -> None:
    modals = desk.workspace.modals
    if isinstance(body, str):
        raise _unsound("the answer is neither empty nor a JSON object")
    match (body or {}).get("response_action"):
        case None if body:
            raise _unsound("the answer has no response_action")
        case None:
            modals.close(opened)
        case "clear":
            modals.clear(opened.member)
        case "errors":
            opened.errors = _sound_errors(opened, (body or {}).get("errors"))
            desk.workspace.changes.note()
        case "update":
            modals.update(opened, sound_view(desk.workspace, (body or {}).get("view"), "modal"))
        case "push":
            _push(desk, opened, sound_view(desk.workspace, (body or {}).get("view"), "modal"))
        case other:
            raise _unsound(f"unknown response_action: {other}")


def _push(desk: Desk, opened: OpenView, view: Json) -> None:
    stack = desk.workspace.modals.stack(opened.member)
    if opened not in stack:
        return
    if len(stack) >= MAX_STACK:
        raise ApiError("push_limit_reached")
    desk.workspace.modals.push(opened.member, view)


def _sound_errors(opened: OpenView, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in opened.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise _unsound("errors must be an object with at least one entry")
    if strangers := set(errors) - inputs:
        raise _unsound(f"no input block has the block_id {sorted(strangers)}")
    if not all(isinstance(text, str) and text.strip() for text in errors.values()):
        raise _unsound("an error needs a text")
    return dict(errors)


def _unsound(problem: str) -> ApiError:
    return ApiError.with_messages("invalid_response", [problem])
