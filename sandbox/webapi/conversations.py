"""`conversations.open`, `.info`, `.join`, `.members` and `.history`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.errors import ApiError, NothingThereError
from sandbox.members import BOT_USER, dm_id

if TYPE_CHECKING:
    from sandbox.members import Channel
    from sandbox.shapes import Json
    from sandbox.webapi.context import Api, Arguments

MAX_PAGE = 999


def conversations_open(api: Api, args: Arguments) -> Json:
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


def conversations_info(api: Api, args: Arguments) -> Json:
    """Describe a channel or direct message the app can see."""
    place = visible_place(api, args.text("channel"))
    _need_for(api, place, "read")
    if place.startswith("D"):
        return {"channel": _dm_json(api, place)}
    shown = _channel_json(api, api.workspace.channels[place])
    if args.is_true("include_num_members"):
        shown["num_members"] = len(_people(api, place))
    return {"channel": shown}


def conversations_join(api: Api, args: Arguments) -> Json:
    """Put the app into a public channel."""
    place = visible_place(api, args.text("channel"))
    channel = api.workspace.channels.get(place)
    if channel is None or channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.bot_in:
        shown = _channel_json(api, channel)
        return {"channel": shown, "warning": "already_in_channel"}
    joined = replace(channel, bot_in=True)
    api.workspace.put_channel(joined)
    api.send_event(joined_event(api.workspace.team.id, BOT_USER, joined))
    return {"channel": _channel_json(api, joined)}


def conversations_members(api: Api, args: Arguments) -> Json:
    """List the ids of everyone in a channel, the app among them."""
    place = visible_place(api, args.text("channel"))
    _need_for(api, place, "read")
    return {"members": _people(api, place), "response_metadata": {"next_cursor": ""}}


def conversations_history(api: Api, args: Arguments) -> Json:
    """Return the messages of a place the app is in, newest first; no ephemeral ones."""
    place = visible_place(api, args.text("channel"))
    _need_for(api, place, "history")
    channel = api.workspace.channels.get(place)
    if channel and not channel.bot_in:
        raise ApiError("not_in_channel")
    limit = args.number("limit", 100)
    if limit > MAX_PAGE:
        raise ApiError("invalid_limit")
    said = [message for message in api.workspace.messages(place) if message.ephemeral_to is None]
    low = float(args.optional_text("oldest") or 0)
    high = float(args.optional_text("latest") or "inf")
    ends = {low, high} if args.is_true("inclusive") else set()
    found = [m for m in reversed(said) if low < float(m.ts) < high or float(m.ts) in ends]
    with_metadata = args.is_true("include_all_metadata")
    return {
        "messages": [message.json(with_metadata=with_metadata) for message in found[:limit]],
        "has_more": len(found) > limit,
        "pin_count": 0,
    }


def visible_place(api: Api, channel_id: str) -> str:
    """Return the id of a channel or DM as the app sees it; ApiError if it sees none."""
    try:
        place = api.workspace.place(channel_id)
    except NothingThereError:
        raise ApiError("channel_not_found") from None
    channel = api.workspace.channels.get(place)
    # A private channel does not exist for an app that was not invited.
    if place != channel_id or (channel and channel.is_private and not channel.bot_in):
        raise ApiError("channel_not_found")
    return place


def joined_event(team: str, member: str, channel: Channel) -> Json:
    """Return the event that tells of someone who came into a channel."""
    kind = "G" if channel.is_private else "C"
    event = {"type": "member_joined_channel", "user": member, "channel": channel.id}
    return event | {"channel_type": kind, "team": team}


def _need_for(api: Api, place: str, what: str) -> None:
    channel = api.workspace.channels.get(place)
    if channel is None:
        api.need(f"im:{what}")
    else:
        api.need(f"groups:{what}" if channel.is_private else f"channels:{what}")


def _people(api: Api, place: str) -> list[str]:
    channel = api.workspace.channels.get(place)
    if channel is None:
        member = api.workspace.dm_member(place)
        return [member.id, BOT_USER] if member else [BOT_USER]
    return [*channel.members, *([BOT_USER] if channel.bot_in else [])]


def _dm_json(api: Api, place: str) -> Json:
    member = api.workspace.dm_member(place)
    shown: Json = {"id": place, "created": 0, "is_im": True, "is_org_shared": False}
    shown |= {"context_team_id": api.workspace.team.id, "is_archived": False}
    return shown | {"user": member.id if member else "", "is_open": True}


def _channel_json(api: Api, channel: Channel) -> Json:
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
