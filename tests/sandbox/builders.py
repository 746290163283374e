"""Builders of Block Kit JSON, for the tests of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.json_types import Json

BLOCKS: list[Json] = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]


def plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    return {"text": plain_text(value.title()), "value": value}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "a", "elements": [*elements]}


def button(**more: Any) -> Json:  # noqa: ANN401  (any Block Kit value)
    return {"type": "button", "action_id": "b", "text": plain_text("Press"), **more}


def input_block(kind: str, **more: Any) -> Json:  # noqa: ANN401  (any Block Kit value)
    """Return an input block with an element of type `kind`."""
    element = {"type": kind, "action_id": "e", **more}
    return {"type": "input", "block_id": "b", "label": plain_text("Label"), "element": element}


def text_input(name: str, **more: Any) -> Json:  # noqa: ANN401  (any Block Kit value)
    """Return an input block with a text input; `name` is its block id, action id and label."""
    element = {"type": "plain_text_input", "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": plain_text(name), "element": element}


def simple_modal() -> Json:
    return {"type": "modal", "title": plain_text("Send request"), "blocks": BLOCKS}


def modal(*blocks: Json, **more: Any) -> Json:  # noqa: ANN401  (any Block Kit value)
    title = plain_text("Send request")
    view = {"type": "modal", "callback_id": "asked", "title": title, "blocks": [*blocks]}
    return view | {"submit": plain_text("Send")} | more


def form() -> Json:
    """Return a modal with a text input, two menus and a button."""
    colours = [option("red"), option("blue")]
    select = {"type": "static_select", "action_id": "colour", "options": colours}
    external = {"type": "external_select", "action_id": "city", "min_query_length": 0}
    swap = {"type": "button", "action_id": "swap", "text": plain_text("Swap"), "value": "now"}
    return modal(
        text_input("what", max_length=20),
        {"type": "input", "block_id": "colour", "optional": True}
        | {"label": plain_text("Colour"), "element": select, "dispatch_action": True},
        {"type": "input", "block_id": "city", "optional": True}
        | {"label": plain_text("City"), "element": external},
        {"type": "actions", "block_id": "buttons", "elements": [swap]},
        notify_on_close=True,
    )
