"""Builders of Block Kit JSON, for tests that compare whole views."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(block_id: str, text: str, **more: object) -> Json:
    return {"type": "section", "block_id": block_id, "text": mrkdwn(text), **more}


def alert(block_id: str, text: str, level: str) -> Json:
    return {"type": "alert", "block_id": block_id, "text": mrkdwn(text), "level": level}


def field(block_id: str, label: str, element: Json, hint: str = "", **more: object) -> Json:
    hinted = {"hint": plain(hint)} if hint else {}
    labelled = {"type": "input", "block_id": block_id, "label": plain(label), "element": element}
    return {**labelled, **hinted, **more}


def line(action_id: str, **more: object) -> Json:
    return {"type": "plain_text_input", "action_id": action_id, **more}


def option(value: str, text: str) -> Json:
    return {"text": plain(text), "value": value}


def button(action_id: str, text: str, **more: object) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(block_id: str, *elements: Json) -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def context(block_id: str, text: str) -> Json:
    return {"type": "context", "block_id": block_id, "elements": [mrkdwn(text)]}


def divider(number: int) -> Json:
    return {"type": "divider", "block_id": f"divider_{number}"}


def header(text: str) -> Json:
    return {"type": "header", "block_id": "header_0", "text": plain(text)}


def user_menu(number: int) -> Json:
    entries = {
        "edit": "Edit details",
        "roles": "Change roles",
        "reset": "Reset password",
        "status": "Messages sent",
        "remove": "Remove",
    }
    options = [
        {"text": {"type": "plain_text", "text": text}, "value": f"{action}:{number}"}
        for action, text in entries.items()
    ]
    return {"type": "overflow", "action_id": "user_menu", "options": options}


def modal(callback_id: str, words: tuple[str, ...], metadata: str, *blocks: Json) -> Json:
    """Return a modal; `words` are its title, its close button, and perhaps its submit button."""
    title, close, *submit = words
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "close": plain(close),
        **({"submit": plain(submit[0])} if submit else {}),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }
