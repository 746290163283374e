"""Simulates Slack's `conversations.open`, `.info`, `.join`, `.members` and `.history`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.delivery import payloads
from sandbox.errors import ApiError
from sandbox.state.members import BOT_USER, dm_id
from sandbox.webapi.channel_access import visible_channel

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.members import Channel
    from sandbox.webapi.context import ApiContext, Arguments

MAX_PAGE = 999


def conversations_open(api: ApiContext, args: Arguments) -> Json:
    """Open the direct message with one member."""
    member_id = args.text("users")
    member = api.workspace.members.get(member_id)
    if member is None:
        raise ApiError("user_not_found")
    if member.is_bot:
        raise ApiError("cannot_dm_bot")
    if member.deleted:
        raise ApiError("user_disabled")
    if args.is_true("return_im"):
        return {"channel": _dm_json(api, dm_id(member_id))}
    return {"channel": {"id": dm_id(member_id)}}


def conversations_info(api: ApiContext, args: Arguments) -> Json:
    """Describe a channel or direct message the app can see."""
    channel_id = visible_channel(api, args.text("channel"))
    _require_scope(api, channel_id, "read")
    if channel_id.startswith("D"):
        return {"channel": _dm_json(api, channel_id)}
    channel = _channel_json(api, api.workspace.channels[channel_id])
    if args.is_true("include_num_members"):
        channel["num_members"] = len(_member_ids(api, channel_id))
    return {"channel": channel}


def conversations_join(api: ApiContext, args: Arguments) -> Json:
    """Add the app to a public channel."""
    channel_id = visible_channel(api, args.text("channel"))
    channel = api.workspace.channels.get(channel_id)
    if channel is None or channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.bot_in:
        return {"channel": _channel_json(api, channel), "warning": "already_in_channel"}
    joined = replace(channel, bot_in=True)
    api.workspace.put_channel(joined)
    api.send_event(payloads.member_joined_channel(api.workspace.team.id, BOT_USER, joined))
    return {"channel": _channel_json(api, joined)}


def conversations_members(api: ApiContext, args: Arguments) -> Json:
    """List the ids of all members of a conversation, including the app."""
    channel_id = visible_channel(api, args.text("channel"))
    _require_scope(api, channel_id, "read")
    return {"members": _member_ids(api, channel_id), "response_metadata": {"next_cursor": ""}}


def conversations_history(api: ApiContext, args: Arguments) -> Json:
    """List the messages of a conversation with the app, newest first, without ephemeral ones."""
    channel_id = visible_channel(api, args.text("channel"))
    _require_scope(api, channel_id, "history")
    channel = api.workspace.channels.get(channel_id)
    if channel and not channel.bot_in:
        raise ApiError("not_in_channel")
    limit = args.number("limit", 100)
    if limit > MAX_PAGE:
        raise ApiError("invalid_limit")
    messages = [m for m in api.workspace.messages(channel_id) if m.ephemeral_to is None]
    low = float(args.optional_text("oldest") or 0)
    high = float(args.optional_text("latest") or "inf")
    bounds = {low, high} if args.is_true("inclusive") else set()
    found = [m for m in reversed(messages) if low < float(m.ts) < high or float(m.ts) in bounds]
    with_metadata = args.is_true("include_all_metadata")
    return {
        "messages": [message.json(with_metadata=with_metadata) for message in found[:limit]],
        "has_more": len(found) > limit,
        "pin_count": 0,
    }


def _require_scope(api: ApiContext, channel_id: str, right: str) -> None:
    channel = api.workspace.channels.get(channel_id)
    if channel is None:
        api.require_any_scope(f"im:{right}")
    else:
        kind = "groups" if channel.is_private else "channels"
        api.require_any_scope(f"{kind}:{right}")


def _member_ids(api: ApiContext, channel_id: str) -> list[str]:
    channel = api.workspace.channels.get(channel_id)
    if channel is None:
        member = api.workspace.dm_member(channel_id)
        return [member.id, BOT_USER] if member else [BOT_USER]
    return [*channel.members, *([BOT_USER] if channel.bot_in else [])]


def _dm_json(api: ApiContext, channel_id: str) -> Json:
    member = api.workspace.dm_member(channel_id)
    dm: Json = {"id": channel_id, "created": 0, "is_im": True, "is_org_shared": False}
    dm |= {"context_team_id": api.workspace.team.id, "is_archived": False}
    return dm | {"user": member.id if member else "", "is_open": True}


def _channel_json(api: ApiContext, channel: Channel) -> Json:
    team = api.workspace.team.id
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": 0,
        "is_archived": channel.is_archived,
        "is_general": False,
        "unlinked": 0,
        "name_normalized": channel.name,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": team,
        "shared_team_ids": [team],
        "creator": "U0SOMEONE",
        "is_member": channel.bot_in,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }
