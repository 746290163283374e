"""Simulates `chat.postMessage`, `chat.postEphemeral`, `chat.update` and `chat.delete`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.checks.messages import check_message
from sandbox.errors import ApiError
from sandbox.state.members import BOT_USER
from sandbox.state.messages import Message
from sandbox.webapi.channel_access import writable_channel

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.webapi.context import ApiContext, Arguments


def post_message(api: ApiContext, args: Arguments) -> Json:
    """Post a message in a channel or, given a member's id, in the member's DM."""
    channel_id = writable_channel(api, args.text("channel"))
    parts = args.message()
    check_message(parts)
    api.limits.count_message(channel_id)
    thread = args.optional_text("thread_ts") or None
    posted = api.workspace.post(replace(Message.from_app(channel_id, parts), thread_ts=thread))
    return {"channel": channel_id, "ts": posted.ts, "message": posted.json(with_metadata=True)}


def post_ephemeral(api: ApiContext, args: Arguments) -> Json:
    """Post a message that only one member of the conversation sees."""
    channel_id = writable_channel(api, args.text("channel"))
    reader = args.text("user")
    parts = args.message()
    check_message(parts)
    channel = api.workspace.channels.get(channel_id)
    dm_member = api.workspace.dm_member(channel_id)
    if channel and reader not in channel.members:
        raise ApiError("user_not_in_channel")
    if dm_member and reader != dm_member.id:
        raise ApiError("user_not_in_channel")
    posted = api.workspace.post(replace(Message.from_app(channel_id, parts), ephemeral_to=reader))
    return {"message_ts": posted.ts}


def update_message(api: ApiContext, args: Arguments) -> Json:
    """Change one of the app's own messages."""
    message = _own_message(api, args, "cant_update_message")
    parts = args.message()
    # Without `blocks` the old ones stay; an empty list removes them.
    parts["blocks"] = message.blocks if parts["blocks"] is None else parts["blocks"]
    check_message(parts)
    new = replace(Message.from_app(message.channel, parts), ts=message.ts, edited=True)
    edited = api.workspace.edit(replace(new, metadata=parts["metadata"] or message.metadata))
    body = {"channel": edited.channel, "ts": edited.ts, "text": edited.text}
    return body | {"message": edited.json(with_metadata=True)}


def delete_message(api: ApiContext, args: Arguments) -> Json:
    """Delete one of the app's own messages."""
    message = _own_message(api, args, "cant_delete_message")
    api.workspace.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def _own_message(api: ApiContext, args: Arguments, error_if_not_own: str) -> Message:
    channel_id = args.text("channel")
    if channel_id not in api.workspace.channels and not api.workspace.dm_member(channel_id):
        raise ApiError("channel_not_found")
    message = api.workspace.message(channel_id, args.text("ts"))
    if message is None or message.ephemeral_to:
        raise ApiError("message_not_found")
    if message.user != BOT_USER:
        raise ApiError(error_if_not_own)
    return message
