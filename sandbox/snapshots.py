"""Copies the people, messages, mails and Web API calls of one workspace into a new one."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.mailbox import Mail
    from sandbox.sandbox import Sandbox
    from sandbox.state.members import Channel, Member
    from sandbox.state.messages import Message
    from sandbox.webapi.calls import Call


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a workspace at the time `at` on its clock, without views, triggers and files."""

    at: datetime
    members: tuple[Member, ...]
    channels: tuple[Channel, ...]
    messages: tuple[Message, ...]
    mails: tuple[Mail, ...]
    calls: tuple[Call, ...]
    received: tuple[bytes, ...]

    @classmethod
    def of(cls, slack: Sandbox) -> Snapshot:
        """Take a snapshot; later changes of the workspace do not reach it.

        Raises:
            ValueError: somebody has a modal or a Home tab, which a snapshot does not hold.
        """
        workspace = slack.workspace
        if any(slack.views(member) or slack.home(member) for member in workspace.members):
            raise ValueError("a snapshot holds no views")
        messages = [
            message
            for conversation in workspace.conversations()
            for message in workspace.messages(conversation)
        ]
        return cls(
            at=slack.clock.now(),
            members=tuple(workspace.members.values()),
            channels=tuple(workspace.channels.values()),
            messages=tuple(copy.deepcopy(messages)),
            mails=tuple(copy.deepcopy(slack.mails)),
            calls=tuple(copy.deepcopy(slack.calls)),
            received=tuple(slack.received),
        )

    def restore(self, slack: Sandbox) -> None:
        """Put everything into a workspace in which nothing has happened yet.

        Its clock should start at `at`, so that what follows is later.
        """
        # As they are: putting a member counts as a change at this moment.
        slack.workspace.members |= {member.id: member for member in self.members}
        for channel in self.channels:
            slack.workspace.put_channel(channel)
        slack.workspace.restore(copy.deepcopy(self.messages))
        slack.mails.extend(copy.deepcopy(self.mails))
        slack.calls.extend(copy.deepcopy(self.calls))
        slack.received.extend(self.received)
