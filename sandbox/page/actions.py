"""A table of the actions on the sandbox's web page, by their names in the page's JSON API."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from sandbox.block_kit.elements import VALUE_KEYS
from sandbox.block_kit.input_state import State, state_entry
from sandbox.errors import NotFoundError
from sandbox.interactions import (
    block_actions,
    commands,
    home_tab,
    members,
    messages,
    modals,
    suggestions,
)
from sandbox.interactions.screen import element_named, top_modal
from sandbox.state.members import dm_id
from sandbox.state.views import OpenView

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.delivery.answers import Answer
    from sandbox.json_types import Json
    from sandbox.page.context import PageContext
    from sandbox.state.messages import Message

# Carries out an action; `body` is the JSON that the page sent. Returns the JSON for the page.
Action: TypeAlias = "Callable[[PageContext, Json], Awaitable[Json]]"


async def _type_command(page: PageContext, body: Json) -> Json:
    member, typed = body["member"], (body["command"], body.get("text", ""))
    channel = body.get("channel") or dm_id(member)
    return _answer_json(await commands.command(page.dispatcher, member, typed, channel))


async def _choose_shortcut(page: PageContext, body: Json) -> Json:
    member, callback_id = body["member"], body["callback_id"]
    return _answer_json(await commands.shortcut(page.dispatcher, member, callback_id))


async def _submit_modal(page: PageContext, body: Json) -> Json:
    opened = top_modal(page.workspace, body["member"], body.get("view_id", ""))
    _store_values(opened, body.get("values"))
    return _answer_json(await modals.submit(page.dispatcher, body["member"], opened.id))


async def _close_modal(page: PageContext, body: Json) -> Json:
    clear = bool(body.get("clear"))
    answer = await modals.close(page.dispatcher, body["member"], clear=clear)
    return _answer_json(answer) if answer else {"ok": True, "error": ""}


async def _use_element(page: PageContext, body: Json) -> Json:
    container = _container(page, body)
    if isinstance(container, OpenView):
        _store_values(container, body.get("values"))
    block, element = element_named(container.blocks, body["action_id"], body["block_id"])
    entry = {"type": element["type"], **body.get("action", {})}
    action = block_actions.action_of(block, element, entry)
    answer = await block_actions.press(page.dispatcher, body["member"], container, action)
    return _answer_json(answer)


async def _load_suggestions(page: PageContext, body: Json) -> Json:
    where = _where(page, _container(page, body))
    target = block_actions.ElementTarget(
        body["action_id"], where, body["block_id"], body.get("text", "")
    )
    answer = await suggestions.suggest(page.dispatcher, body["member"], target)
    given = answer.body if answer.ok and isinstance(answer.body, dict) else {}
    options = {key: given.get(key, []) for key in ("options", "option_groups")}
    return options | _answer_json(answer)


async def _open_home(page: PageContext, body: Json) -> Json:
    return _answer_json(await home_tab.open_home(page.dispatcher, body["member"]))


async def _write_message(page: PageContext, body: Json) -> Json:
    member, channel = body["member"], body["channel"]
    return _answer_json(await messages.say(page.dispatcher, member, channel, body["text"]))


async def _advance_clock(page: PageContext, body: Json) -> Json:
    page.workspace.advance_clock(timedelta(seconds=float(body["advance_seconds"])))
    follow = page.clock_follower()
    return {"ok": True, "error": "", "happened": await follow() if follow else ""}


async def _change_member(page: PageContext, body: Json) -> Json:
    member_id, changes = body["id"], body["changes"]
    return _answer_json(await members.change_member(page.dispatcher, member_id, changes))


async def _plan_fault(page: PageContext, body: Json) -> Json:
    page.faults.add(body["method"], body["kind"], int(body.get("times", 1)))
    return {"ok": True, "error": ""}


ACTIONS: dict[str, Action] = {
    "command": _type_command,
    "shortcut": _choose_shortcut,
    "submit": _submit_modal,
    "close": _close_modal,
    "click": _use_element,
    "suggest": _load_suggestions,
    "home": _open_home,
    "say": _write_message,
    "clock": _advance_clock,
    "member": _change_member,
    "fault": _plan_fault,
}


def _answer_json(answer: Answer) -> Json:
    outcome = {"ok": answer.ok, "error": answer.error, "status": answer.status}
    return outcome | {"detail": answer.detail, "errors": answer.errors}


def _container(page: PageContext, body: Json) -> OpenView | Message:
    container = body["container"]
    if container["type"] == "message":
        message = page.workspace.message(container["channel"], container["ts"])
        if message is None or not message.is_visible_to(body["member"]):
            raise NotFoundError("no such message")
        return message
    opened = page.workspace.views.find(container["view_id"])
    if opened is None or opened.member != body["member"]:
        raise NotFoundError("no such view")
    return opened


def _where(page: PageContext, container: OpenView | Message) -> str:
    if not isinstance(container, OpenView):
        return container.ts
    return "home" if container is page.workspace.views.home(container.member) else "modal"


def _store_values(opened: OpenView, values: State | None) -> None:
    for block_id, entries in (values or {}).items():
        for action_id, entry in entries.items():
            if action_id in opened.state.get(block_id, {}):
                kind = opened.state[block_id][action_id]["type"]
                value = entry.get(VALUE_KEYS[kind][0])
                opened.state[block_id][action_id] = state_entry({"type": kind}, value)
