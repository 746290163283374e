"""Slash commands and global shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import payloads
from sandbox.errors import ApiError
from sandbox.records import Answer
from sandbox.triggers import ResponseUrl
from sandbox.webapi import chat

if TYPE_CHECKING:
    from sandbox.acts.desk import Desk
    from sandbox.members import Member
    from sandbox.shapes import Json


async def command(desk: Desk, member_id: str, typed: tuple[str, str], channel: str) -> Answer:
    """Type a slash command, and show what the app answered at once."""
    member = desk.person(member_id)
    place = desk.workspace.place(channel)
    if typed[0] not in _commands(desk):
        return desk.failed(member, Answer(ok=False, error="unknown_command"))
    payload = payloads.command(desk.workspace, member, place, typed)
    key = desk.workspace.triggers.new_response_url(member.id, place)
    payload["response_url"] = desk.url(key)
    answer = await desk.send(member, "slash_commands", payload)
    if not answer.ok or answer.body is None:
        return answer
    return _shown(desk, member, place, answer)


async def shortcut(desk: Desk, member_id: str, callback_id: str) -> Answer:
    """Pick a global shortcut."""
    member = desk.person(member_id)
    if callback_id not in _global_shortcuts(desk):
        return desk.failed(member, Answer(ok=False, error="unknown_shortcut"))
    payload = payloads.shortcut(desk.workspace, member, callback_id)
    return await desk.send(member, "interactive", payload)


def _shown(desk: Desk, member: Member, place: str, answer: Answer) -> Answer:
    parts: Json = answer.body if isinstance(answer.body, dict) else {"text": answer.body}
    if not parts.get("text") and not parts.get("blocks"):
        return answer
    now = desk.workspace.clock.now()
    try:
        chat.respond(desk.workspace, ResponseUrl(member.id, place, None, now), parts)
    except ApiError as problem:
        return desk.refused(member, answer, problem)
    return answer


def _commands(desk: Desk) -> set[str]:
    return {known["command"] for known in desk.workspace.manifest.commands if _may_command(desk)}


def _global_shortcuts(desk: Desk) -> set[str]:
    shortcuts = desk.workspace.manifest.shortcuts if _may_command(desk) else ()
    return {known["callback_id"] for known in shortcuts if known["type"] == "global"}


def _may_command(desk: Desk) -> bool:
    return "commands" in desk.workspace.manifest.bot_scopes
