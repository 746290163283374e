"""Tests of copying a workspace's content into another one."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import aiosmtplib
import pytest

from sandbox import Channel, Member, Sandbox, SandboxClock, Snapshot
from tests.sandbox.builders import BLOCKS

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import AppInstall

EVA = Member("U0EVA", "eva", "Eva New", "eva@labour.example")
HOME = {"type": "home", "blocks": [{"type": "divider"}]}


@pytest.fixture
async def snapshot(slack: Sandbox, client: AsyncWebClient) -> Snapshot:
    """A workspace with a message, a mail and a new member in a new channel."""
    await client.chat_postMessage(channel="C0HEALTH", text="Hello", blocks=BLOCKS)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "imi@health.example", "ase@health.example", "Hello"
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=slack.mailbox.port)
    await slack.join(EVA)
    slack.workspace.put_channel(Channel("C0NEW", "new", ("U0EVA",)))
    return Snapshot.of(slack)


def restored_workspace(install: AppInstall, snapshot: Snapshot) -> Sandbox:
    """Return a workspace that begins with the snapshot."""
    made = Sandbox(members=(), app=install, clock=SandboxClock(snapshot.at))
    snapshot.restore(made)
    return made


def test_a_snapshot_is_restored_completely_into_another_workspace(
    slack: Sandbox, install: AppInstall, snapshot: Snapshot
) -> None:
    made = restored_workspace(install, snapshot)

    assert made.messages("C0HEALTH") == slack.messages("C0HEALTH")
    assert made.mails == slack.mails
    assert (made.calls, made.received) == (slack.calls, slack.received)
    assert made.workspace.members == slack.workspace.members
    assert made.workspace.channels == slack.workspace.channels


def test_messages_after_a_restore_have_later_timestamps(
    install: AppInstall, snapshot: Snapshot
) -> None:
    made = restored_workspace(install, snapshot)

    assert made.workspace.new_ts() > snapshot.messages[-1].ts
    assert made.clock.now() >= snapshot.at


def test_changes_in_one_workspace_do_not_affect_the_other(
    slack: Sandbox, install: AppInstall, snapshot: Snapshot
) -> None:
    slack.messages("C0HEALTH")[0].blocks.clear()
    restored_workspace(install, snapshot).messages("C0HEALTH")[0].blocks.clear()

    assert restored_workspace(install, snapshot).messages("C0HEALTH")[0].blocks != []


async def test_a_workspace_with_an_open_view_is_refused(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await client.views_publish(user_id="U0ANNA", view=HOME)

    with pytest.raises(ValueError, match="no views"):
        Snapshot.of(slack)
