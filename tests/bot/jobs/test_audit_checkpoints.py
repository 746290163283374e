"""Tests that checkpoints of the audit trail are signed, and posted once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.jobs.audit_checkpoints import AuditCheckpoints
from bot.slack.errors import SlackRefused
from core.audit.checkpoints import is_signed_with, key_id_of
from core.audit.rows import checkpoints as checkpoint_rows
from core.audit.rows import entries as audit_rows
from core.audit.signing import TrailBrokenError, UnknownKeyError
from core.policy import Policy
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.schema.audit import audit_checkpoints, audit_entries
from core.secret import Secret
from tests.bot.jobs.conftest import KEY
from tests.factories import executing
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from bot.jobs.schedule import Jobs
    from bot.slack.client import SlackSender
    from core.store.store import Store
    from core.users.rules import User
    from sandbox import Sandbox

Runs = dict[str, Callable[[], Awaitable[None]]]


@pytest.fixture
def runs(jobs: Jobs, checkpoints: AuditCheckpoints) -> Runs:
    """The coroutine that each job runs, by the job's name."""
    return {job.name: job.run for job in jobs.all_jobs(checkpoints)}


async def test_a_checkpoint_is_posted_once(  # D22
    runs: Runs, store: Store, user: User, slack: Sandbox
) -> None:
    for _ in range(2):
        await runs["audit_checkpoint"]()

    (post,) = slack.messages("C0TEAM")
    newest = await store.read(audit_rows.chain_tip)
    assert f"`{newest[0]}:{newest[1]}`" in str(post.blocks)
    assert user.id


async def test_a_checkpoint_posted_before_a_crash_is_not_posted_again(  # D22
    runs: Runs, store: Store, user: User, slack: Sandbox
) -> None:
    await runs["audit_checkpoint"]()
    await store.write(executing(audit_checkpoints.update().values(posted=False)))

    await runs["audit_checkpoint"]()

    assert len(slack.messages("C0TEAM")) == 1
    assert user.id


async def test_a_channel_that_refuses_the_checkpoint_is_logged(  # D22
    runs: Runs, user: User, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "error:is_archived")

    with capture_logs() as logs, pytest.raises(SlackRefused):
        await runs["audit_checkpoint"]()

    assert logs[0]["event"] == "audit_checkpoint_refused"
    assert user.id


async def test_without_a_channel_the_checkpoint_is_still_signed(  # D22
    store: Store, sender: SlackSender, user: User, slack: Sandbox
) -> None:
    await AuditCheckpoints(store, sender, slack.clock.now, [KEY], None).post()

    (checkpoint,) = await store.read(checkpoint_rows.all_checkpoints)
    assert is_signed_with(checkpoint, [KEY])
    assert not is_signed_with(checkpoint, [Secret("other")])
    assert slack.messages("C0TEAM") == []
    assert user.id


@pytest.mark.parametrize(
    "change",
    [audit_entries.update().values(act="signed_in"), audit_checkpoints.delete()],
    ids=["entries", "checkpoints"],
)
async def test_no_checkpoint_is_signed_over_an_altered_trail(  # D22
    runs: Runs, store: Store, user: User, slack: Sandbox, change: Executable
) -> None:
    assert user.id
    await runs["audit_signing"]()
    (checkpoint,) = await store.read(checkpoint_rows.all_checkpoints)
    await store.write(executing(change))
    left = await store.read(checkpoint_rows.all_checkpoints)

    for name in ("audit_signing", "audit_checkpoint"):
        with capture_logs() as logs, pytest.raises(TrailBrokenError):
            await runs[name]()
        assert [(entry["event"], entry["number"]) for entry in logs] == [
            ("audit_trail_broken", checkpoint.number)
        ]

    assert await store.read(checkpoint_rows.all_checkpoints) == left
    assert slack.messages("C0TEAM") == []


async def test_new_entries_are_signed_before_the_next_post(  # D22
    runs: Runs, store: Store, user: User, slack: Sandbox
) -> None:
    await runs["audit_checkpoint"]()
    policy = Policy()
    await store.write(
        lambda tx: resets.request_reset(tx, user.id, RequestSource.SLACK, policy, NOON)
    )

    await runs["audit_signing"]()

    newest = await store.read(audit_rows.chain_tip)
    assert (await store.read(checkpoint_rows.all_checkpoints))[-1].number == newest[0]
    assert len(slack.messages("C0TEAM")) == 1


async def test_after_a_change_of_keys_earlier_checkpoints_are_signed_anew(  # D22
    store: Store, sender: SlackSender, user: User, slack: Sandbox
) -> None:
    """A day later the earlier key can be removed, and the trail goes on."""
    new, clock = Secret("n" * 32), slack.clock.now
    await AuditCheckpoints(store, sender, clock, [KEY], None).sign()
    with capture_logs() as logs:
        await AuditCheckpoints(store, sender, clock, [new, KEY], None).sign()

    await AuditCheckpoints(store, sender, clock, [new], None).sign()

    assert [entry["event"] for entry in logs] == ["audit_checkpoints_countersigned"]
    for checkpoint in await store.read(checkpoint_rows.all_checkpoints):
        assert is_signed_with(checkpoint, [new])
    assert user.id


async def test_a_new_key_alone_is_said_in_the_log_while_the_earlier_is_at_hand(
    store: Store, sender: SlackSender, user: User, slack: Sandbox
) -> None:
    await AuditCheckpoints(store, sender, slack.clock.now, [KEY], None).sign()
    changed = AuditCheckpoints(store, sender, slack.clock.now, [Secret("n" * 32)], None)

    with capture_logs() as logs, pytest.raises(UnknownKeyError):
        await changed.sign()

    (entry,) = logs
    assert (entry["event"], entry["key_id"]) == ("audit_key_unknown", key_id_of(KEY))
    assert entry["todo"] == "run: imi-bot audit verify"
    assert user.id
