"""Pressing buttons, choosing in menus, and asking for suggestions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import inputs, payloads, typing_rules
from sandbox.acts.screen import element_named, holder_of
from sandbox.checks import limits
from sandbox.checks.problems import Place
from sandbox.checks.texts import check_option
from sandbox.errors import ApiError
from sandbox.modals import OpenView

if TYPE_CHECKING:
    from sandbox.acts.desk import Desk
    from sandbox.messages import Message
    from sandbox.records import Answer
    from sandbox.shapes import Json


@dataclass(frozen=True, slots=True)
class Spot:
    """Which element is meant: its action id, and what tells it from others of the same one."""

    action_id: str
    where: str | None = None
    block_id: str = ""
    value: Any = None


async def click(desk: Desk, member_id: str, spot: Spot) -> Answer:
    """Press a button or choose `value` in a menu, agreeing to any confirmation dialog."""
    desk.person(member_id)
    holder = holder_of(desk.workspace, member_id, spot.action_id, spot.where)
    block, element = element_named(holder.blocks, spot.action_id, spot.block_id, spot.value)
    entry = _entry(desk, offered(holder, block, element), spot.value)
    action = action_of(block, element, entry)
    return await press(desk, member_id, holder, action)


async def press(desk: Desk, member_id: str, holder: OpenView | Message, action: Json) -> Answer:
    """Send a finished action from a view or a message."""
    if isinstance(holder, OpenView):
        return await press_in_view(desk, member_id, holder, action)
    member = desk.person(member_id)
    state = inputs.initial_state(holder.blocks)
    _remember(state, action)
    payload = payloads.message_action(desk.workspace, member, holder, _timed(desk, action), state)
    key = desk.workspace.triggers.new_response_url(member_id, holder.channel, holder.ts)
    return await desk.send(member, "interactive", payload | {"response_url": desk.url(key)})


async def press_in_view(desk: Desk, member_id: str, opened: OpenView, action: Json) -> Answer:
    """Send a finished action from a modal or Home tab; a choice becomes part of its state."""
    member = desk.person(member_id)
    _remember(opened.state, action)
    payload = payloads.view_action(desk.workspace, member, opened, _timed(desk, action))
    return await desk.send(member, "interactive", payload)


async def suggest(desk: Desk, member_id: str, spot: Spot) -> Answer:
    """Type `spot.value` into a menu whose options the app provides; its answer is the body."""
    member = desk.person(member_id)
    holder = holder_of(desk.workspace, member_id, spot.action_id, spot.where)
    block, element = element_named(holder.blocks, spot.action_id, spot.block_id)
    named = {"block_id": block["block_id"], "action_id": element["action_id"]}
    asked = named | {"value": spot.value}
    payload = payloads.suggestion(desk.workspace, member, holder, asked)
    answer = await desk.send(member, "interactive", payload)
    if not answer.ok:
        return answer
    try:
        found = _sound_options(element, answer.body)
    except ApiError as problem:
        return desk.refused(member, answer, problem)
    if isinstance(holder, OpenView):
        holder.suggested[block["block_id"], element["action_id"]] = found
    return answer


def action_of(block: Json, element: Json, entry: Json) -> Json:
    """Return the action object Slack sends for an element and what was chosen in it."""
    action = {"action_id": element["action_id"], "block_id": block["block_id"], **entry}
    if element["type"] == "button":
        shown = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        return action | shown
    return action


def offered(holder: OpenView | Message, block: Json, element: Json) -> Json:
    """Return the element with the options the app last suggested for it, if it did."""
    if not isinstance(holder, OpenView):
        return element
    suggested = holder.suggested.get((block["block_id"], element["action_id"]))
    return {**element, "options": suggested} if suggested else element


def _entry(desk: Desk, element: Json, value: Any) -> Json:  # noqa: ANN401  (str, list, dict)
    kind = element["type"]
    if kind == "button":
        return {"type": kind}
    if kind == "overflow":
        return {"type": kind, "selected_option": typing_rules.option_named(element, value)}
    return typing_rules.chosen(element, value, desk.workspace)


def _remember(state: inputs.State, action: Json) -> None:
    if action["type"] in inputs.VALUE_KEYS and action["block_id"] in state:
        key = inputs.VALUE_KEYS[action["type"]][0]
        entry = {"type": action["type"], key: action.get(key)}
        state[action["block_id"]][action["action_id"]] = entry


def _timed(desk: Desk, action: Json) -> Json:
    return {**action, "action_ts": desk.workspace.new_ts()}


def _sound_options(element: Json, body: Json | str | None) -> list[Json]:
    place = Place("")
    if not isinstance(body, dict) or not ("options" in body) ^ ("option_groups" in body):
        raise ApiError.with_messages("invalid_options", ["give options or option_groups"])
    found = inputs.options_of(body)
    place.limit(len(found), limits.ANY_OPTIONS[1], "items")
    for index, option in enumerate(found):
        check_option(element["type"], option, place.at("options", index))
    if place.found:
        raise ApiError.with_messages("invalid_options", place.found)
    return found
