"""Makes forged requests about any id from the product's own modals, buttons and menus.

Slack would send them only after the product had shown these views; correctly signed, they reach
the same listeners.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.handlers.drawn_views import all_modals, blocks_outside_modals
from tests.handlers.recording_app import recording_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.rulebook import Rulebook
    from tests.handlers.block_kit import Json
    from tests.handlers.recording_app import RecordingApp

NAME = "Vesterlands Sundhedsstyrelse"


def with_number(value: Any, number: int) -> Any:  # noqa: ANN401 - JSON of any kind
    """Return the value with every number in it replaced by this one."""
    if isinstance(value, dict):
        return {key: with_number(inner, number) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_number(inner, number) for inner in value]
    if isinstance(value, int):
        return number
    if isinstance(value, str):
        return re.sub(r"^((?:\w+:)?)\d+$", rf"\g<1>{number}", value)
    return value


def submissions(rulebook: Rulebook, member: str, number: int) -> Iterator[Json]:
    """Yield a submission of every modal about this id."""
    for view in all_modals(rulebook):
        if "submit" in view:
            yield {**interaction_of(member, "view_submission"), "view": forged_view(view, number)}


def clicks(rulebook: Rulebook, member: str, number: int) -> Iterator[Json]:
    """Yield an action on every button and menu about this id."""
    for view in all_modals(rulebook):
        within = {
            "view": forged_view(view, number),
            "container": {"type": "view", "view_id": "V0FORGED"},
        }
        for block in view["blocks"]:
            for action in _actions_in(block, number):
                yield {**interaction_of(member, "block_actions"), **within, "actions": [action]}
    for block in blocks_outside_modals(rulebook):
        for action in _actions_in(block, number):
            yield {**interaction_of(member, "block_actions"), "actions": [action]}


def suggestions(rulebook: Rulebook, member: str, number: int, text: str = "") -> Iterator[Json]:
    """Yield a search in every menu whose options the product provides."""
    for view in all_modals(rulebook):
        for block in view["blocks"]:
            for element in elements_in(block):
                if element.get("action_id") in _registered().options_:
                    asked = {"block_id": block["block_id"], "action_id": element["action_id"]}
                    within = {"view": forged_view(view, number), "value": text}
                    yield {**interaction_of(member, "block_suggestion"), **asked, **within}


def elements_in(block: Json) -> Iterator[Json]:
    """Yield the interactive elements of the block."""
    yield from block.get("elements", ())
    yield from filter(None, [block.get("accessory"), block.get("element")])


def id_of(payload: Json) -> str:
    """Return the callback id or the action id of the request."""
    if payload["type"] == "view_submission":
        return str(payload["view"]["callback_id"])
    return str(payload.get("action_id") or payload["actions"][0]["action_id"])


def forged_view(view: Json, number: int) -> Json:
    """Return the modal as if it had been opened about this id."""
    metadata = view.get("private_metadata") or "{}"
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {block["element"]["action_id"]: state_of(block["element"])}
        for block in inputs
    }
    return {
        **view,
        "id": "V0FORGED",
        "hash": "1.a",
        "state": {"values": values},
        "private_metadata": json.dumps(with_number(json.loads(metadata), number)),
    }


def state_of(element: Json) -> Json:
    """Return the state of the element after a person has filled it in."""
    kind, options = element["type"], element.get("options", [])
    if kind in {"checkboxes", "multi_static_select"}:
        return {"type": kind, "selected_options": element.get("initial_options", options)}
    if "select" in kind and options:
        return {"type": kind, "selected_option": element.get("initial_option", options[0])}
    if kind == "users_select":
        return {"type": kind, "selected_user": None}
    if "text" in kind or kind.endswith("_input"):
        return {"type": kind, "value": element.get("initial_value", NAME)}
    return {"type": kind}


def interaction_of(member: str, kind: str) -> Json:
    """Return the common part of the member's interactions."""
    return {
        "type": kind,
        "team": {"id": "T0IMI", "domain": "imi"},
        "user": {"id": member, "team_id": "T0IMI"},
        "trigger_id": "1.2.forged",
    }


def _actions_in(block: Json, number: int) -> Iterator[Json]:
    if block["type"] == "input" and not block.get("dispatch_action"):
        return
    for element in elements_in(block):
        if element.get("action_id", "url") in _registered().actions:
            for value in _values_of(element, number):
                yield {**element, **value, "block_id": block.get("block_id", "b")}


def _values_of(element: Json, number: int) -> Iterator[Json]:
    """Yield the possible values of the element: its own, or each of its options."""
    kind = element["type"]
    if kind == "button":
        yield {"value": with_number(element.get("value", ""), number)}
    elif kind == "external_select":
        yield {"selected_option": {"value": str(number)}}
    elif kind == "plain_text_input":
        yield {"value": NAME}
    elif kind == "datepicker":
        yield {"selected_date": "2026-03-02"}
    elif kind == "users_select":
        yield {"selected_user": "U0NIKOS"}
    for option in element.get("options", ()):
        yield {"selected_option": {**option, "value": with_number(option["value"], number)}}


@cache
def _registered() -> RecordingApp:
    return recording_app()
