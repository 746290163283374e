"""Checks which channels and DMs the app can see, and in which of them it can post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import ApiError, NotFoundError

if TYPE_CHECKING:
    from sandbox.webapi.context import ApiContext


def visible_channel(api: ApiContext, channel_id: str) -> str:
    """Return the id of a channel or DM that the app can see; ApiError if there is none."""
    conversation = _conversation(api, channel_id)
    channel = api.workspace.channels.get(conversation)
    # A private channel does not exist for an app that was not invited.
    is_hidden = channel and channel.is_private and not channel.bot_in
    if conversation != channel_id or is_hidden:
        raise ApiError("channel_not_found")
    return conversation


def writable_channel(api: ApiContext, channel_id: str) -> str:
    """Return the id of the conversation to write in; a member's id stands for the member's DM.

    ApiError if there is none or the app may not write there.
    """
    conversation = _conversation(api, channel_id.removeprefix("#"))
    member = api.workspace.dm_member(conversation)
    if member and member.is_bot:
        raise ApiError("channel_not_found")
    channel = api.workspace.channels.get(conversation)
    if channel and channel.is_private and not channel.bot_in:
        raise ApiError("channel_not_found")
    if channel and channel.is_archived:
        raise ApiError("is_archived")
    if channel and not channel.bot_in and not api.has_scope("chat:write.public"):
        raise ApiError("not_in_channel")
    return conversation


def _conversation(api: ApiContext, channel_or_member: str) -> str:
    try:
        return api.workspace.conversation_id(channel_or_member)
    except NotFoundError:
        raise ApiError("channel_not_found") from None
