"""Sends the app slash commands and global shortcuts that a simulated member types or chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.delivery import payloads
from sandbox.delivery.answers import Answer
from sandbox.delivery.response_messages import apply_response
from sandbox.errors import ApiError
from sandbox.state.triggers import ResponseUrl

if TYPE_CHECKING:
    from sandbox.interactions.dispatcher import Dispatcher
    from sandbox.json_types import Json
    from sandbox.state.members import Member


async def command(
    dispatcher: Dispatcher, member_id: str, typed: tuple[str, str], channel: str
) -> Answer:
    """Type a slash command (`typed` is the command and its text), and post the app's answer."""
    member = dispatcher.active_member(member_id)
    channel_id = dispatcher.workspace.conversation_id(channel)
    if typed[0] not in _commands(dispatcher):
        return dispatcher.fail(member, Answer(ok=False, error="unknown_command"))
    payload = payloads.command(dispatcher.workspace, member, channel_id, typed)
    key = dispatcher.workspace.triggers.new_response_url(member.id, channel_id)
    payload["response_url"] = dispatcher.response_url(key)
    answer = await dispatcher.send(member, "slash_commands", payload)
    if not answer.ok or answer.body is None:
        return answer
    return _post_answer(dispatcher, member, channel_id, answer)


async def shortcut(dispatcher: Dispatcher, member_id: str, callback_id: str) -> Answer:
    """Choose a global shortcut."""
    member = dispatcher.active_member(member_id)
    if callback_id not in _global_shortcuts(dispatcher):
        return dispatcher.fail(member, Answer(ok=False, error="unknown_shortcut"))
    payload = payloads.shortcut(dispatcher.workspace, member, callback_id)
    return await dispatcher.send(member, "interactive", payload)


def _post_answer(dispatcher: Dispatcher, member: Member, channel_id: str, answer: Answer) -> Answer:
    parts: Json = answer.body if isinstance(answer.body, dict) else {"text": answer.body}
    if not parts.get("text") and not parts.get("blocks"):
        return answer
    now = dispatcher.workspace.clock.now()
    try:
        url = ResponseUrl(member.id, channel_id, None, now)
        apply_response(dispatcher.workspace, url, parts)
    except ApiError as error:
        return dispatcher.reject(member, answer, error)
    return answer


def _commands(dispatcher: Dispatcher) -> set[str]:
    commands = dispatcher.workspace.manifest.commands if _has_commands_scope(dispatcher) else ()
    return {command["command"] for command in commands}


def _global_shortcuts(dispatcher: Dispatcher) -> set[str]:
    shortcuts = dispatcher.workspace.manifest.shortcuts if _has_commands_scope(dispatcher) else ()
    return {shortcut["callback_id"] for shortcut in shortcuts if shortcut["type"] == "global"}


def _has_commands_scope(dispatcher: Dispatcher) -> bool:
    return "commands" in dispatcher.workspace.manifest.bot_scopes
