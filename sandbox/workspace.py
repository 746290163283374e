"""The state of the workspace: who is in it, what was said, and what is on people's screens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.changes import Changes
from sandbox.errors import NothingThereError
from sandbox.files import Shelf
from sandbox.members import BOT_USER, Channel, Member, Team, dm_id
from sandbox.modals import Modals
from sandbox.shapes import as_kept
from sandbox.triggers import Triggers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.clock import SandboxClock
    from sandbox.installs import AppInstall
    from sandbox.messages import Message
    from sandbox.shapes import Json


class Workspace:
    """Members, channels and messages; modals, triggers and the installed app hang on it."""

    def __init__(
        self,
        members: Iterable[Member],
        channels: Iterable[Channel],
        app: AppInstall,
        clock: SandboxClock,
    ) -> None:
        self.app = app
        self.manifest = app.read()
        self.clock = clock
        self.team = Team()
        self.changes = Changes()
        self.triggers = Triggers(clock.now)
        self.modals = Modals(self.changes)
        self.files = Shelf(clock.now)
        self.notices: dict[str, str] = {}
        self.members = {member.id: member for member in members}
        self.members[BOT_USER] = _bot(self.manifest.name)
        self.channels = {channel.id: channel for channel in channels}
        self._messages: dict[str, list[Message]] = {}
        self._last_ts = 0

    def member(self, member_id: str) -> Member:
        """Return a member; NothingThereError if there is none of that id."""
        if member_id not in self.members:
            raise NothingThereError(f"no member {member_id}")
        return self.members[member_id]

    def place(self, place_id: str) -> str:
        """Return the id of a channel or direct message; a member's id means the app's DM."""
        if place_id in self.channels or self.dm_member(place_id):
            return place_id
        if place_id in self.members and place_id != BOT_USER:
            return dm_id(place_id)
        raise NothingThereError(f"no channel {place_id}")

    def dm_member(self, place_id: str) -> Member | None:
        """Return the member whose direct message with the app this is, None for a channel."""
        if not place_id.startswith("D"):
            return None
        people = (member for member in self.members.values() if dm_id(member.id) == place_id)
        return next((member for member in people if member.id != BOT_USER), None)

    def messages(self, place_id: str) -> list[Message]:
        """Return what was said in a place, oldest first, ephemeral messages too."""
        return list(self._messages.get(self.place(place_id), ()))

    def places(self) -> list[str]:
        """Return every channel and direct message that holds a message."""
        return list(self._messages)

    def post(self, message: Message) -> Message:
        """Keep a message, with a fresh `ts` and Slack's defaults in its blocks."""
        fresh = replace(message, ts=self.new_ts(), blocks=self.with_ids(message.blocks))
        self._messages.setdefault(fresh.channel, []).append(fresh)
        self.changes.note()
        return fresh

    def restore(self, messages: Iterable[Message]) -> None:
        """Keep messages of an earlier workspace as they were, each with its `ts`."""
        for message in messages:
            self._messages.setdefault(message.channel, []).append(message)
            self._last_ts = max(self._last_ts, int(message.ts.replace(".", "")))
        self.changes.note()

    def edit(self, message: Message) -> Message:
        """Put `message` in the place of the one with its `ts`."""
        kept = replace(message, blocks=self.with_ids(message.blocks))
        said = self._messages[message.channel]
        said[_position(said, message.ts)] = kept
        self.changes.note()
        return kept

    def delete(self, message: Message) -> None:
        """Take a message away."""
        said = self._messages[message.channel]
        del said[_position(said, message.ts)]
        self.changes.note()

    def message(self, place_id: str, ts: str) -> Message | None:
        """Return one message, None if there is none."""
        said = self._messages.get(place_id, [])
        return next((message for message in said if message.ts == ts), None)

    def new_ts(self) -> str:
        """Return a timestamp later than every earlier one."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(now, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """Return blocks as Slack keeps them: with defaults, block ids and action ids."""
        return self.modals.with_ids(as_kept(blocks))

    def note(self, member_id: str, notice: str) -> None:
        """Show a member a failure as Slack words it; an empty text takes it away."""
        self.notices[member_id] = notice
        self.changes.note()

    def put_member(self, member: Member) -> None:
        """Add a member, or put them in the place of the one with their id."""
        self.members[member.id] = member
        self.changes.note()

    def put_channel(self, channel: Channel) -> None:
        """Add a channel, or put it in the place of the one with its id."""
        self.channels[channel.id] = channel
        self.changes.note()


def _bot(name: str) -> Member:
    return Member(id=BOT_USER, name=name.lower().replace(" ", ""), real_name=name, is_bot=True)


def _position(said: list[Message], ts: str) -> int:
    return next(index for index, message in enumerate(said) if message.ts == ts)
