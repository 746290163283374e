"""The simulated workspace, which holds members, conversations, messages, views and files.

It also holds trigger ids, and the notices that Slack's client shows to a member.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.block_kit.stored_form import stored_blocks
from sandbox.errors import NotFoundError
from sandbox.state.change_counter import ChangeCounter
from sandbox.state.files import FileStore
from sandbox.state.members import BOT_USER, Channel, Member, Team, dm_id
from sandbox.state.triggers import Triggers
from sandbox.state.views import Views

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from sandbox.state.app_install import AppInstall
    from sandbox.state.clock import SandboxClock
    from sandbox.state.messages import Message


class Workspace:
    """Members, channels and messages, with the views, files, triggers and notices beside them.

    A conversation is a channel or the direct message (DM) of a member with the app.
    """

    def __init__(
        self,
        members: Iterable[Member],
        channels: Iterable[Channel],
        app: AppInstall,
        clock: SandboxClock,
    ) -> None:
        self.app = app
        self.manifest = app.read_manifest()
        self.clock = clock
        self.team = Team()
        self.changes = ChangeCounter()
        self.triggers = Triggers(clock.now)
        self.views = Views(self.changes)
        self.files = FileStore(clock.now)
        self.notices: dict[str, str] = {}
        self.members = {member.id: member for member in members}
        self.members[BOT_USER] = _bot(self.manifest.name)
        self.channels = {channel.id: channel for channel in channels}
        self._messages: dict[str, list[Message]] = {}
        self._last_ts = 0

    def member(self, member_id: str) -> Member:
        """Return a member; NotFoundError if there is none of that id."""
        if member_id not in self.members:
            raise NotFoundError(f"no member {member_id}")
        return self.members[member_id]

    def conversation_id(self, channel_or_member: str) -> str:
        """Return the id of a channel or DM; a member's id stands for the member's DM.

        NotFoundError if there is no such conversation.
        """
        if channel_or_member in self.channels or self.dm_member(channel_or_member):
            return channel_or_member
        if channel_or_member in self.members and channel_or_member != BOT_USER:
            return dm_id(channel_or_member)
        raise NotFoundError(f"no channel {channel_or_member}")

    def dm_member(self, conversation_id: str) -> Member | None:
        """Return the member whose DM with the app this is, None if it is not a DM."""
        if not conversation_id.startswith("D"):
            return None
        partners = (
            member for member in self.members.values() if dm_id(member.id) == conversation_id
        )
        return next((member for member in partners if member.id != BOT_USER), None)

    def conversations_of(self, member_id: str) -> list[str]:
        """Return the ids of the channels a member is in, and of the member's DM."""
        channels = [
            channel.id for channel in self.channels.values() if member_id in channel.members
        ]
        return [*channels, dm_id(member_id)]

    def conversations(self) -> list[str]:
        """Return the ids of all conversations that ever had a message."""
        return list(self._messages)

    def messages(self, channel_or_member: str) -> list[Message]:
        """Return a conversation's messages, oldest first, including ephemeral ones."""
        return list(self._messages.get(self.conversation_id(channel_or_member), ()))

    def message(self, conversation_id: str, ts: str) -> Message | None:
        """Return one message, None if there is none of that `ts`."""
        messages = self._messages.get(conversation_id, [])
        return next((message for message in messages if message.ts == ts), None)

    def post(self, message: Message) -> Message:
        """Store a new message; returns it with its `ts`, default values and block ids."""
        posted = replace(message, ts=self.new_ts(), blocks=stored_blocks(message.blocks))
        self._messages.setdefault(posted.channel, []).append(posted)
        self.changes.count()
        return posted

    def restore(self, messages: Iterable[Message]) -> None:
        """Keep messages of an earlier workspace as they were, each with its `ts`."""
        for message in messages:
            self._messages.setdefault(message.channel, []).append(message)
            self._last_ts = max(self._last_ts, int(message.ts.replace(".", "")))
        self.changes.count()

    def edit(self, message: Message) -> Message:
        """Replace the message that has the same `ts`."""
        edited = replace(message, blocks=stored_blocks(message.blocks))
        messages = self._messages[message.channel]
        messages[_index(messages, message.ts)] = edited
        self.changes.count()
        return edited

    def delete(self, message: Message) -> None:
        """Delete a message."""
        messages = self._messages[message.channel]
        del messages[_index(messages, message.ts)]
        self.changes.count()

    def new_ts(self) -> str:
        """Return a message timestamp that is later than every earlier one."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(now, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def show_notice(self, member_id: str, notice: str) -> None:
        """Show a member a failure in Slack's words; an empty text removes the last one."""
        self.notices[member_id] = notice
        self.changes.count()

    def put_member(self, member: Member) -> None:
        """Add a member, or replace the one with the same id."""
        self.members[member.id] = replace(member, updated=int(self.clock.now().timestamp()))
        self.changes.count()

    def put_channel(self, channel: Channel) -> None:
        """Add a channel, or replace the one with the same id."""
        self.channels[channel.id] = channel
        self.changes.count()

    def advance_clock(self, step: timedelta) -> None:
        """Move the clock forward; ValueError if `step` is negative."""
        self.clock.advance(step)
        self.changes.count()


def _bot(name: str) -> Member:
    return Member(id=BOT_USER, name=name.lower().replace(" ", ""), real_name=name, is_bot=True)


def _index(messages: list[Message], ts: str) -> int:
    return next(index for index, message in enumerate(messages) if message.ts == ts)
