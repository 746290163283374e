"""Changes members, adds them to the workspace or to a channel, and sends the app the events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.delivery import payloads
from sandbox.state.members import BOT_USER
from sandbox.state.user_objects import user_json

if TYPE_CHECKING:
    from sandbox.delivery.answers import Answer
    from sandbox.interactions.dispatcher import Dispatcher
    from sandbox.json_types import Json
    from sandbox.state.members import Member


async def change_member(dispatcher: Dispatcher, member_id: str, changes: dict[str, Any]) -> Answer:
    """Change fields of a member, which sends `user_change`; TypeError for an unknown field."""
    member = replace(dispatcher.workspace.member(member_id), **changes)
    dispatcher.workspace.put_member(member)
    changed = dispatcher.workspace.member(member_id)
    event = {"type": "user_change", "user": _user(dispatcher, changed)}
    now = dispatcher.workspace.clock.now()
    return await dispatcher.events.send(event | {"cache_ts": int(now.timestamp())})


async def join(dispatcher: Dispatcher, member: Member) -> Answer:
    """Add a member to the workspace, which sends `team_join`."""
    dispatcher.workspace.put_member(member)
    joined = dispatcher.workspace.member(member.id)
    return await dispatcher.events.send({"type": "team_join", "user": _user(dispatcher, joined)})


async def invite(dispatcher: Dispatcher, member_id: str, channel_id: str) -> Answer:
    """Add a member, or the app's bot user, to a channel, which sends `member_joined_channel`."""
    workspace = dispatcher.workspace
    channel = workspace.channels[channel_id]
    if member_id == BOT_USER:
        joined = replace(channel, bot_in=True)
    else:
        joined = replace(channel, members=(*channel.members, member_id))
    workspace.put_channel(joined)
    event = payloads.member_joined_channel(workspace.team.id, member_id, joined)
    return await dispatcher.events.send(event)


def _user(dispatcher: Dispatcher, member: Member) -> Json:
    with_email = "users:read.email" in dispatcher.workspace.manifest.bot_scopes
    now = dispatcher.workspace.clock.now()
    return user_json(member, now, with_email=with_email, with_locale=True)
