"""Makes a payload for each listener, with planted secrets in every field that people fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.authorities.competence_fields import KEYWORDS
from handlers.payloads import request_name_of
from tests.handlers.demo_actions import ANNA
from tests.handlers.drawn_views import all_blocks, all_modals
from tests.handlers.forged_requests import forged_view, interaction_of
from tests.handlers.recording_app import recording_app
from tests.handlers.stored_state import OTHER_AUTHORITY
from tests.product.planted_secrets import KESTREL, PERSON, PERSONAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.rulebook import Rulebook
    from tests.handlers.block_kit import Json

TYPED = " ".join(PERSONAL)[:200]


def everything_registered() -> set[str]:
    """Return the names of all listeners, as `name_of` gives them."""
    found = recording_app()
    return {
        *found.commands,
        *(f"shortcut {name}" for name in found.shortcuts),
        *(f"event {name}" for name in found.events),
        *(f"action {name}" for name in found.actions),
        *(f"view_submission {name}" for name in found.views),
        *(f"block_suggestion {name}" for name in found.options_),
    }


def payloads(rulebook: Rulebook) -> Iterator[Json]:
    """Yield at least one payload for each listener."""
    found = recording_app()
    for name in found.commands:
        yield {**_typed(), "command": name, "text": TYPED}
    for name in found.shortcuts:
        yield {**interaction_of(ANNA, "shortcut"), "callback_id": name}
    for name in found.events:
        yield _event(name)
    for view in all_modals(rulebook):
        whole = _filled(forged_view(view, OTHER_AUTHORITY))
        if "submit" in view:
            yield {**interaction_of(ANNA, "view_submission"), "view": whole}
        for block in view["blocks"]:
            yield from _presses(block, whole)
            for search in _searches(block, whole):
                yield search
                if search["action_id"].startswith(KEYWORDS):
                    # The tabs of the catalogue's other modules are alike.
                    likewise = [name for name in found.options_ if name.startswith(KEYWORDS)]
                    yield from ({**search, "action_id": name} for name in likewise)
    for block in all_blocks(rulebook):
        yield from _presses(block, None)


def name_of(payload: Json) -> str:
    """Return the name of the payload's listener; metrics name a suggestion by its modal."""
    if payload.get("type") == "block_suggestion":
        return f"block_suggestion {payload['action_id']}"
    return request_name_of(payload)


def _typed() -> Json:
    ids = {"team_id": "T0IMI", "user_id": ANNA, "channel_id": "C0HEALTH"}
    return {**ids, "trigger_id": "1.2.made", "response_url": "http://127.0.0.1:9/"}


def _event(name: str) -> Json:
    profile = {"email": PERSON.email, "real_name": PERSON.real_name}
    user: Any = {"id": KESTREL, "team_id": "T0IMI", "name": PERSON.name, "profile": profile}
    if name == "app_home_opened":
        user = ANNA
    event = {"type": name, "user": user, "tab": "home", "channel": "D0ANNA"}
    return {"type": "event_callback", "team_id": "T0IMI", "event_id": "Ev1", "event": event}


def _filled(view: Json) -> Json:
    """Return the view with planted data in its text fields."""
    for fields in view["state"]["values"].values():
        for state in fields.values():
            if "value" in state and not str(state["value"]).isdecimal():
                state["value"] = TYPED
    return view


def _presses(block: Json, view: Json | None) -> Iterator[Json]:
    elements = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
    elements += [block["element"]] if block.get("dispatch_action") else []
    for element in elements:
        pressed = {**element, **_state_after_input(element), "block_id": block.get("block_id", "b")}
        payload = {**interaction_of(ANNA, "block_actions"), "actions": [pressed]}
        yield payload if view is None else {**payload, "view": view}


def _searches(block: Json, view: Json) -> Iterator[Json]:
    for element in [block.get("element", {}), block.get("accessory", {}), *_action_elements(block)]:
        if "external" in element.get("type", ""):
            sought = {"action_id": element["action_id"], "block_id": block["block_id"]}
            yield {
                **interaction_of(ANNA, "block_suggestion"),
                **sought,
                "value": TYPED,
                "view": view,
            }


def _action_elements(block: Json) -> list[Json]:
    elements: list[Json] = block.get("elements", [])
    return elements if block["type"] == "actions" else []


def _state_after_input(element: Json) -> Json:
    """Return the state of the element after a person chose or typed something."""
    options = element.get("options") or [
        option for group in element.get("option_groups", ()) for option in group["options"]
    ]
    kind = element["type"]
    if kind.startswith("multi_") or kind == "checkboxes":
        return {"selected_options": options[:1]}
    if options:
        return {"selected_option": options[0]}
    if "external" in kind:
        return {"selected_option": {"value": "2"}}
    if kind == "users_select":
        return {"selected_user": KESTREL}
    return {} if kind == "button" else {"value": TYPED}
