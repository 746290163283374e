"""Presses buttons and chooses from menus as a simulated member, which sends the app an action.

The action is a `block_actions` payload.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.block_kit.elements import VALUE_KEYS
from sandbox.block_kit.input_state import State, initial_state
from sandbox.delivery import payloads
from sandbox.interactions import state_entries
from sandbox.interactions.screen import container_of, element_named
from sandbox.state.views import OpenView

if TYPE_CHECKING:
    from sandbox.delivery.answers import Answer
    from sandbox.interactions.dispatcher import Dispatcher
    from sandbox.json_types import Json
    from sandbox.state.messages import Message


@dataclass(frozen=True, slots=True)
class ElementTarget:
    """The element to use: its action id, what tells it from others, and the value to choose.

    `where` is explained at `screen.container_of`.
    """

    action_id: str
    where: str | None = None
    block_id: str = ""
    value: Any = None


async def click(dispatcher: Dispatcher, member_id: str, target: ElementTarget) -> Answer:
    """Press a button or choose `target.value` in a menu; a confirmation dialog is accepted."""
    dispatcher.active_member(member_id)
    container = container_of(dispatcher.workspace, member_id, target.action_id, target.where)
    block, element = element_named(
        container.blocks, target.action_id, target.block_id, target.value
    )
    offered = with_suggested_options(container, block, element)
    action = action_of(block, element, _entry(dispatcher, offered, target.value))
    return await press(dispatcher, member_id, container, action)


async def press(
    dispatcher: Dispatcher, member_id: str, container: OpenView | Message, action: Json
) -> Answer:
    """Send an action object from a view or a message."""
    if isinstance(container, OpenView):
        return await press_in_view(dispatcher, member_id, container, action)
    member, workspace = dispatcher.active_member(member_id), dispatcher.workspace
    state = initial_state(container.blocks)
    _store_choice(state, action)
    timed = _with_timestamp(dispatcher, action)
    payload = payloads.message_action(workspace, member, container, timed, state)
    key = workspace.triggers.new_response_url(member_id, container.channel, container.ts)
    payload["response_url"] = dispatcher.response_url(key)
    return await dispatcher.send(member, "interactive", payload)


async def press_in_view(
    dispatcher: Dispatcher, member_id: str, opened: OpenView, action: Json
) -> Answer:
    """Send an action object from a modal or Home tab; a choice becomes part of its state."""
    member = dispatcher.active_member(member_id)
    _store_choice(opened.state, action)
    timed = _with_timestamp(dispatcher, action)
    payload = payloads.view_action(dispatcher.workspace, member, opened, timed)
    return await dispatcher.send(member, "interactive", payload)


def action_of(block: Json, element: Json, entry: Json) -> Json:
    """Return the action object of an element; `entry` is the state entry of the choice."""
    action = {"action_id": element["action_id"], "block_id": block["block_id"], **entry}
    if element["type"] == "button":
        shown = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        return action | shown
    return action


def with_suggested_options(container: OpenView | Message, block: Json, element: Json) -> Json:
    """Return the element with the options that the app suggested last, if it suggested any."""
    if not isinstance(container, OpenView):
        return element
    suggested = container.suggested.get((block["block_id"], element["action_id"]))
    return {**element, "options": suggested} if suggested else element


def _entry(dispatcher: Dispatcher, element: Json, value: Any) -> Json:  # noqa: ANN401  (str, list, dict)
    kind = element["type"]
    if kind == "button":
        return {"type": kind}
    if kind == "overflow":
        return {"type": kind, "selected_option": state_entries.option_named(element, value)}
    return state_entries.entry_for(element, value, dispatcher.workspace)


def _store_choice(state: State, action: Json) -> None:
    if action["type"] in VALUE_KEYS and action["block_id"] in state:
        key = VALUE_KEYS[action["type"]][0]
        entry = {"type": action["type"], key: action.get(key)}
        state[action["block_id"]][action["action_id"]] = entry


def _with_timestamp(dispatcher: Dispatcher, action: Json) -> Json:
    return {**action, "action_ts": dispatcher.workspace.new_ts()}
