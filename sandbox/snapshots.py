"""Snapshots of a workspace: the messages, mails and Web API calls that another one begins with."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.mailbox import Mail
    from sandbox.messages import Message
    from sandbox.records import Call
    from sandbox.slack import Sandbox


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What happened in a workspace up to `at` on its clock.

    It holds no views, trigger ids, files or changed members: take it before anybody acts.
    """

    at: datetime
    messages: tuple[Message, ...]
    mails: tuple[Mail, ...]
    calls: tuple[Call, ...]
    received: tuple[bytes, ...]

    @classmethod
    def of(cls, slack: Sandbox) -> Snapshot:
        """Take a snapshot; later changes of the workspace do not reach it."""
        workspace = slack.workspace
        said = [message for place in workspace.places() for message in workspace.messages(place)]
        return cls(
            at=slack.clock.now(),
            messages=tuple(copy.deepcopy(said)),
            mails=tuple(copy.deepcopy(slack.mails)),
            calls=tuple(copy.deepcopy(slack.calls)),
            received=tuple(slack.received),
        )

    def restore(self, slack: Sandbox) -> None:
        """Put everything into a workspace in which nothing has happened yet.

        Its clock should start at `at`, so that what follows is later.
        """
        slack.workspace.restore(copy.deepcopy(self.messages))
        slack.mails.extend(copy.deepcopy(self.mails))
        slack.calls.extend(copy.deepcopy(self.calls))
        slack.received.extend(self.received)
