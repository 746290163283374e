"""`chat.postMessage`, `chat.postEphemeral`, `chat.update`, `chat.delete` and response URLs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.checks.messages import check_message
from sandbox.errors import ApiError, NothingThereError
from sandbox.members import BOT_USER
from sandbox.messages import Message

if TYPE_CHECKING:
    from sandbox.shapes import Json
    from sandbox.triggers import ResponseUrl
    from sandbox.webapi.context import Api, Arguments
    from sandbox.workspace import Workspace


def post_message(api: Api, args: Arguments) -> Json:
    """Say something in a channel or, for a member's id, in the app's DM with them."""
    place = writable_place(api, args.text("channel"))
    parts = args.message()
    check_message(parts)
    api.limits.count_message(place)
    thread = args.optional_text("thread_ts") or None
    said = api.workspace.post(replace(_message(place, parts), thread_ts=thread))
    return {"channel": place, "ts": said.ts, "message": said.json(with_metadata=True)}


def post_ephemeral(api: Api, args: Arguments) -> Json:
    """Say something that one member of the place sees."""
    place = writable_place(api, args.text("channel"))
    reader = args.text("user")
    parts = args.message()
    check_message(parts)
    channel, dm = api.workspace.channels.get(place), api.workspace.dm_member(place)
    if channel and reader not in channel.members:
        raise ApiError("user_not_in_channel")
    if dm and reader != dm.id:
        raise ApiError("user_not_in_channel")
    said = api.workspace.post(replace(_message(place, parts), ephemeral_to=reader))
    return {"message_ts": said.ts}


def update_message(api: Api, args: Arguments) -> Json:
    """Change one of the app's own messages."""
    message = _own(api, args, "cant_update_message")
    parts = args.message()
    # Without blocks the old ones stay; an empty list takes them away.
    parts["blocks"] = message.blocks if parts["blocks"] is None else parts["blocks"]
    check_message(parts)
    new = replace(_message(message.channel, parts), ts=message.ts, edited=True)
    kept = api.workspace.edit(replace(new, metadata=parts["metadata"] or message.metadata))
    shown = {"channel": kept.channel, "ts": kept.ts, "text": kept.text}
    return shown | {"message": kept.json(with_metadata=True)}


def delete_message(api: Api, args: Arguments) -> Json:
    """Take one of the app's own messages away."""
    message = _own(api, args, "cant_delete_message")
    api.workspace.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def respond(workspace: Workspace, url: ResponseUrl, parts: Json) -> None:
    """Do what a post to a response URL asks for; ApiError if the message is unsound."""
    before = workspace.message(url.channel, url.message_ts) if url.message_ts else None
    if parts.get("delete_original"):
        if before:
            workspace.delete(before)
        return
    check_message(parts)
    reader = None if parts.get("response_type") == "in_channel" else url.member
    message = _message(url.channel, parts)
    if before and parts.get("replace_original"):
        kept = replace(message, ts=before.ts, ephemeral_to=before.ephemeral_to, edited=True)
        workspace.edit(kept)
    else:
        workspace.post(replace(message, ephemeral_to=reader))


def writable_place(api: Api, channel_id: str) -> str:
    """Return the id of a place the app may write in; ApiError if it may not or there is none."""
    try:
        place = api.workspace.place(channel_id.removeprefix("#"))
    except NothingThereError:
        raise ApiError("channel_not_found") from None
    member = api.workspace.dm_member(place)
    if member and member.is_bot:
        raise ApiError("channel_not_found")
    channel = api.workspace.channels.get(place)
    if channel and channel.is_private and not channel.bot_in:
        raise ApiError("channel_not_found")
    if channel and channel.is_archived:
        raise ApiError("is_archived")
    if channel and not channel.bot_in and not api.has_scope("chat:write.public"):
        raise ApiError("not_in_channel")
    return place


def _message(place: str, parts: Json) -> Message:
    return Message(
        ts="",
        channel=place,
        user=BOT_USER,
        text=parts["text"],
        blocks=parts.get("blocks") or [],
        metadata=parts.get("metadata"),
    )


def _own(api: Api, args: Arguments, refusal: str) -> Message:
    channel_id = args.text("channel")
    if channel_id not in api.workspace.channels and not api.workspace.dm_member(channel_id):
        raise ApiError("channel_not_found")
    message = api.workspace.message(channel_id, args.text("ts"))
    if message is None or message.ephemeral_to:
        raise ApiError("message_not_found")
    if message.user != BOT_USER:
        raise ApiError(refusal)
    return message
