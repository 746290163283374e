"""What a member can do on the page, by name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from sandbox import inputs
from sandbox.acts import buttons, forms
from sandbox.acts.buttons import Spot
from sandbox.acts.screen import element_named, top_modal
from sandbox.errors import NothingThereError
from sandbox.members import dm_id
from sandbox.modals import OpenView

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.messages import Message
    from sandbox.records import Answer
    from sandbox.shapes import Json
    from sandbox.slack import Sandbox

Act: TypeAlias = "Callable[[Sandbox, Json], Awaitable[Json]]"


async def _command(slack: Sandbox, wish: Json) -> Json:
    channel = wish.get("channel") or dm_id(wish["member"])
    text = wish.get("text", "")
    return _shown(await slack.command(wish["member"], wish["command"], text, channel=channel))


async def _shortcut(slack: Sandbox, wish: Json) -> Json:
    return _shown(await slack.shortcut(wish["member"], wish["callback_id"]))


async def _submit(slack: Sandbox, wish: Json) -> Json:
    opened = top_modal(slack.workspace, wish["member"], wish.get("view_id", ""))
    _type_in(opened, wish.get("values"))
    return _shown(await forms.submit(slack.desk, wish["member"], opened.id))


async def _close(slack: Sandbox, wish: Json) -> Json:
    answer = await slack.close(wish["member"], clear=bool(wish.get("clear")))
    return _shown(answer) if answer else {"ok": True, "error": ""}


async def _click(slack: Sandbox, wish: Json) -> Json:
    holder = _holder(slack, wish)
    if isinstance(holder, OpenView):
        _type_in(holder, wish.get("values"))
    block, element = element_named(holder.blocks, wish["action_id"], wish["block_id"])
    entry = {"type": element["type"], **wish.get("action", {})}
    action = buttons.action_of(block, element, entry)
    return _shown(await buttons.press(slack.desk, wish["member"], holder, action))


async def _suggest(slack: Sandbox, wish: Json) -> Json:
    holder = _holder(slack, wish)
    where = _where(slack, holder)
    spot = Spot(wish["action_id"], where, wish["block_id"], wish.get("text", ""))
    answer = await buttons.suggest(slack.desk, wish["member"], spot)
    body = answer.body if isinstance(answer.body, dict) else {}
    found = {key: body.get(key, []) for key in ("options", "option_groups")}
    return {"options": [], "option_groups": [], **_shown(answer), **(found if answer.ok else {})}


async def _home(slack: Sandbox, wish: Json) -> Json:
    return _shown(await slack.open_home(wish["member"]))


async def _say(slack: Sandbox, wish: Json) -> Json:
    return _shown(await slack.say(wish["member"], wish["channel"], wish["text"]))


async def _clock(slack: Sandbox, wish: Json) -> Json:
    slack.advance(timedelta(seconds=float(wish["advance_seconds"])))
    return {"ok": True, "error": ""}


async def _member(slack: Sandbox, wish: Json) -> Json:
    return _shown(await slack.update_member(wish["id"], **wish["changes"]))


async def _fault(slack: Sandbox, wish: Json) -> Json:
    slack.faults.add(wish["method"], wish["kind"], int(wish.get("times", 1)))
    return {"ok": True, "error": ""}


ACTS: dict[str, Act] = {
    "command": _command,
    "shortcut": _shortcut,
    "submit": _submit,
    "close": _close,
    "click": _click,
    "suggest": _suggest,
    "home": _home,
    "say": _say,
    "clock": _clock,
    "member": _member,
    "fault": _fault,
}


def _shown(answer: Answer) -> Json:
    shown = {"ok": answer.ok, "error": answer.error, "status": answer.status}
    return shown | {"detail": answer.detail, "errors": answer.errors}


def _holder(slack: Sandbox, wish: Json) -> OpenView | Message:
    container = wish["container"]
    if container["type"] == "message":
        message = slack.workspace.message(container["channel"], container["ts"])
        if message is None or not message.is_visible_to(wish["member"]):
            raise NothingThereError("no such message")
        return message
    opened = slack.workspace.modals.find(container["view_id"])
    if opened is None or opened.member != wish["member"]:
        raise NothingThereError("no such view")
    return opened


def _where(slack: Sandbox, holder: OpenView | Message) -> str:
    if not isinstance(holder, OpenView):
        return holder.ts
    return "home" if holder is slack.workspace.modals.home(holder.member) else "modal"


def _type_in(opened: OpenView, values: inputs.State | None) -> None:
    for block_id, actions in (values or {}).items():
        for action_id, entry in actions.items():
            if action_id in opened.state.get(block_id, {}):
                kind = opened.state[block_id][action_id]["type"]
                value = entry.get(inputs.VALUE_KEYS[kind][0])
                kept = inputs.state_value({"type": kind}, value)
                opened.state[block_id][action_id] = kept
