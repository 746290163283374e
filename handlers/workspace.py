"""The calls to Slack that listeners make to read members, channels and files, as an interface."""

from enum import Enum, auto
from typing import Protocol

from core.members.rules import Member, MemberKey


class ChannelEntry(Enum):
    """The result of joining a channel."""

    IN_IT = auto()
    NOT_INVITED = auto()
    ARCHIVED = auto()


class Workspace(Protocol):
    """The calls to Slack that listeners make to read members, channels and files."""

    async def member(self, key: MemberKey) -> Member:
        """Return the member as Slack knows them now.

        Raises:
            MemberRefusedError: Slack does not know the member.
        """
        ...

    async def enter(self, channel: str) -> ChannelEntry:
        """Join the channel if it is public; return whether the bot can post there afterwards."""
        ...

    async def file(self, file_id: str, owner: MemberKey, most_bytes: int) -> bytes:
        """Return the content of a file that this member uploaded.

        Raises:
            BadFileError: it is not their file, it is too large, or Slack does not answer.
        """
        ...
