"""Coming and going, the Home tab, and saying something: what events tell of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.errors import NothingThereError
from sandbox.members import BOT_USER, dm_id
from sandbox.messages import Message
from sandbox.profiles import user_json
from sandbox.webapi.conversations import joined_event

if TYPE_CHECKING:
    from sandbox.acts.desk import Desk
    from sandbox.members import Member
    from sandbox.records import Answer
    from sandbox.shapes import Json


async def open_home(desk: Desk, member_id: str) -> Answer:
    """Open the app's Home tab."""
    desk.person(member_id)
    event = {"type": "app_home_opened", "user": member_id, "channel": dm_id(member_id)}
    event["tab"] = "home"
    home = desk.workspace.modals.home(member_id)
    shown = {"view": home.json()} if home else {}
    return await desk.events.send(event | shown)


async def say(desk: Desk, member_id: str, channel: str, text: str) -> Answer:
    """Write a message; the app hears it where it is and where it subscribed."""
    desk.person(member_id)
    place = desk.workspace.place(channel)
    known = desk.workspace.channels.get(place)
    if known and (known.is_archived or member_id not in known.members):
        raise NothingThereError(f"{member_id} cannot write in {place}")
    message = Message("", place, member_id, text, [_rich(text)])
    said = desk.workspace.post(message)
    kind = "im" if known is None else "group" if known.is_private else "channel"
    event = said.json() | {"channel": place, "channel_type": kind, "event_ts": said.ts}
    if known and f"<@{BOT_USER}>" in text:
        await desk.events.send({**event, "type": "app_mention"})
    return await desk.events.send(event)


async def change_member(desk: Desk, member_id: str, changes: dict[str, Any]) -> Answer:
    """Change a member's profile or status; TypeError for a field members do not have."""
    member = replace(desk.workspace.member(member_id), **changes)
    desk.workspace.put_member(member)
    event = {"type": "user_change", "user": _user(desk, member)}
    stamp = desk.workspace.clock.now().timestamp()
    return await desk.events.send(event | {"cache_ts": int(stamp)})


async def join(desk: Desk, member: Member) -> Answer:
    """Let someone new into the workspace."""
    desk.workspace.put_member(member)
    return await desk.events.send({"type": "team_join", "user": _user(desk, member)})


async def invite(desk: Desk, member_id: str, channel_id: str) -> Answer:
    """Put a member, or the app by its bot user's id, into a channel."""
    channel = desk.workspace.channels[channel_id]
    if member_id == BOT_USER:
        joined = replace(channel, bot_in=True)
    else:
        joined = replace(channel, members=(*channel.members, member_id))
    desk.workspace.put_channel(joined)
    return await desk.events.send(joined_event(desk.workspace.team.id, member_id, joined))


def _user(desk: Desk, member: Member) -> Json:
    with_email = "users:read.email" in desk.workspace.manifest.bot_scopes
    now = desk.workspace.clock.now()
    return user_json(member, now, with_email=with_email, with_locale=True)


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}
