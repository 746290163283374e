"""Builds the payloads of commands, interactions and events, with all keys that Slack sends."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox.state.members import APP_ID, BOT_USER
from sandbox.state.views import OpenView

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.members import Channel, Member
    from sandbox.state.messages import Message
    from sandbox.state.workspace import Workspace

TOKEN = "verification"  # noqa: S105  (deprecated, but Slack still sends it; it protects nothing)


def command(workspace: Workspace, member: Member, channel: str, typed: tuple[str, str]) -> Json:
    """Return the form fields of a slash command; `typed` is the command and its text."""
    return {
        "token": TOKEN,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": channel,
        "channel_name": _channel_name(workspace, channel),
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
    """Return the payload of a modal that the member closed."""
    common = {"type": "view_closed", **_common(workspace, member)}
    return common | {"view": opened.json(), "is_cleared": is_cleared}


def view_action(workspace: Workspace, member: Member, opened: OpenView, action: Json) -> Json:
    """Return the `block_actions` payload of an element in a view."""
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
    """Return the `block_actions` payload of an element in a message, without a response URL."""
    payload: Json = {
        "type": "block_actions",
        **_common(workspace, member),
        "container": _message_container(message),
        "trigger_id": workspace.triggers.new_trigger(member.id),
        "channel": {"id": message.channel, "name": _channel_name(workspace, message.channel)},
        "state": {"values": state},
        "actions": [action],
    }
    # Slack does not send ephemeral messages back.
    return payload if message.ephemeral_to else payload | {"message": message.json()}


def suggestion(
    workspace: Workspace, member: Member, source: OpenView | Message, query: Json
) -> Json:
    """Return the payload that asks for options; `query` has block_id, action_id and value."""
    payload = {"type": "block_suggestion", **_common(workspace, member), **query}
    if isinstance(source, OpenView):
        container = {"type": "view", "view_id": source.id}
        return payload | {"container": container, "view": source.json()}
    channel = {"id": source.channel, "name": _channel_name(workspace, source.channel)}
    payload |= {"container": _message_container(source), "channel": channel}
    return payload if source.ephemeral_to else payload | {"message": source.json()}


def event_callback(workspace: Workspace, event: Json) -> Json:
    """Return the `event_callback` payload around an event."""
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


def member_joined_channel(team_id: str, member_id: str, channel: Channel) -> Json:
    """Return the event of a member who joined a channel."""
    kind = "G" if channel.is_private else "C"
    event = {"type": "member_joined_channel", "user": member_id, "channel": channel.id}
    return event | {"channel_type": kind, "team": team_id}


def _channel_name(workspace: Workspace, channel_id: str) -> str:
    channel = workspace.channels.get(channel_id)
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
