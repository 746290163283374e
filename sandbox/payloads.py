"""Whole payloads, with every key Slack sends: commands, interactions and events."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox.members import APP_ID, BOT_USER
from sandbox.modals import OpenView

if TYPE_CHECKING:
    from sandbox.members import Member
    from sandbox.messages import Message
    from sandbox.shapes import Json
    from sandbox.workspace import Workspace

TOKEN = "verification"  # noqa: S105  (the outdated token Slack still sends; it protects nothing)


def command(workspace: Workspace, member: Member, place: str, typed: tuple[str, str]) -> Json:
    """Return the form of a slash command; `typed` is the command and the text after it."""
    return {
        "token": TOKEN,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": place,
        "channel_name": place_name(workspace, place),
        "user_id": member.id,
        "user_name": member.name,
        "command": typed[0],
        "text": typed[1],
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "trigger_id": workspace.triggers.new_trigger(member.id),
    }


def shortcut(workspace: Workspace, member: Member, callback_id: str) -> Json:
    """Return the payload of a global shortcut."""
    return {
        "type": "shortcut",
        **_common(workspace, member),
        "callback_id": callback_id,
        "trigger_id": workspace.triggers.new_trigger(member.id),
        "action_ts": workspace.new_ts(),
    }


def view_submission(workspace: Workspace, member: Member, opened: OpenView) -> Json:
    """Return the payload of a submitted modal."""
    return {
        "type": "view_submission",
        **_common(workspace, member),
        "trigger_id": workspace.triggers.new_trigger(member.id, opened.id),
        "view": opened.json(),
        "response_urls": [],
    }


def view_closed(
    workspace: Workspace, member: Member, opened: OpenView, *, is_cleared: bool
) -> Json:
    """Return the payload of a modal its reader closed."""
    common = {"type": "view_closed", **_common(workspace, member)}
    return common | {"view": opened.json(), "is_cleared": is_cleared}


def view_action(workspace: Workspace, member: Member, opened: OpenView, action: Json) -> Json:
    """Return the payload of something pressed or chosen in a view."""
    return {
        "type": "block_actions",
        **_common(workspace, member),
        "container": {"type": "view", "view_id": opened.id},
        "trigger_id": workspace.triggers.new_trigger(member.id, opened.id),
        "view": opened.json(),
        "actions": [action],
    }


def message_action(
    workspace: Workspace, member: Member, message: Message, action: Json, state: Json
) -> Json:
    """Return the payload of something pressed or chosen in a message, without a response URL."""
    payload: Json = {
        "type": "block_actions",
        **_common(workspace, member),
        "container": _message_container(message),
        "trigger_id": workspace.triggers.new_trigger(member.id),
        "channel": {"id": message.channel, "name": place_name(workspace, message.channel)},
        "state": {"values": state},
        "actions": [action],
    }
    # Slack does not hand ephemeral messages back.
    return payload if message.ephemeral_to else payload | {"message": message.json()}


def suggestion(
    workspace: Workspace, member: Member, where: OpenView | Message, asked: Json
) -> Json:
    """Return the payload that asks for options; `asked` has block_id, action_id and value."""
    payload = {"type": "block_suggestion", **_common(workspace, member), **asked}
    if isinstance(where, OpenView):
        container = {"type": "view", "view_id": where.id}
        return payload | {"container": container, "view": where.json()}
    channel = {"id": where.channel, "name": place_name(workspace, where.channel)}
    payload |= {"container": _message_container(where), "channel": channel}
    return payload if where.ephemeral_to else payload | {"message": where.json()}


def event_callback(workspace: Workspace, event: Json) -> Json:
    """Return an event in its envelope."""
    team = workspace.team.id
    authorization = {
        "enterprise_id": None,
        "team_id": team,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": {"event_ts": workspace.new_ts(), **event},
        "type": "event_callback",
        "event_id": f"Ev0{secrets.token_hex(4).upper()}",
        "event_time": int(workspace.clock.now().timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(12)}",
    }


def place_name(workspace: Workspace, place: str) -> str:
    """Return the channel name a payload carries."""
    channel = workspace.channels.get(place)
    if channel is None:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _common(workspace: Workspace, member: Member) -> Json:
    user = {"id": member.id, "username": member.name, "name": member.name}
    return {
        "team": {"id": workspace.team.id, "domain": workspace.team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": user | {"team_id": member.team_id},
        "api_app_id": APP_ID,
        "token": TOKEN,
    }


def _message_container(message: Message) -> Json:
    return {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_to is not None,
    }
