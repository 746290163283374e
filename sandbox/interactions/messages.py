"""Posts messages as a simulated member, which sends events to the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import NotFoundError
from sandbox.state.members import BOT_USER
from sandbox.state.messages import Message

if TYPE_CHECKING:
    from sandbox.delivery.answers import Answer
    from sandbox.interactions.dispatcher import Dispatcher
    from sandbox.json_types import Json


async def say(dispatcher: Dispatcher, member_id: str, channel: str, text: str) -> Answer:
    """Post a message, which sends `message` and, if the app is mentioned, `app_mention`."""
    dispatcher.active_member(member_id)
    channel_id = dispatcher.workspace.conversation_id(channel)
    known = dispatcher.workspace.channels.get(channel_id)
    if known and (known.is_archived or member_id not in known.members):
        raise NotFoundError(f"{member_id} cannot write in {channel_id}")
    message = Message("", channel_id, member_id, text, [_rich_text(text)])
    posted = dispatcher.workspace.post(message)
    kind = "im" if known is None else "group" if known.is_private else "channel"
    event = posted.json() | {"channel": channel_id, "channel_type": kind, "event_ts": posted.ts}
    if known and f"<@{BOT_USER}>" in text:
        await dispatcher.events.send({**event, "type": "app_mention"})
    return await dispatcher.events.send(event)


def _rich_text(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}
