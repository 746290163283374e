"""Searching for imported users in Slack by their address (D21, R54)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.audit.rows import entries as audit_rows
from core.audit.rules import SYSTEM, Act
from core.contacts import email_of
from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason
from tests.bot.delivery_worker import running_worker
from tests.factories import TEAM

if TYPE_CHECKING:
    from bot.delivery.dependencies import DeliveryDependencies
    from sandbox import Sandbox
    from tests.bot.delivery_worker import Registry

ADA = email_of("ada@health.example")


@pytest.fixture
def searching(dependencies: DeliveryDependencies) -> DeliveryDependencies:
    return replace(dependencies, team_id=TEAM)


async def test_a_user_found_by_the_confirmed_address_is_linked_by_the_system(
    registry: Registry, searching: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register(email=ADA, in_bulk=True, username="zyxwvut")

    async with running_worker(searching):
        search = await registry.after(user, DeliveryKind.FIND_MEMBER)
        await registry.after(user, DeliveryKind.USERNAME)

    linked = await registry.user(user)
    assert search.state == DeliveryState.SENT
    assert linked.member is not None
    assert linked.member.member_id == "U0ADA"
    (message,) = slack.messages("U0ADA")
    assert "zyxwvut" in str(message.blocks)
    entries = await registry.store.read(lambda tx: list(audit_rows.since(tx)))
    (link,) = [one.audit_event for one in entries if one.audit_event.act == Act.MEMBER_LINKED]
    assert link.actor == SYSTEM


@pytest.mark.parametrize(
    "email", ["nobody@health.example", "eva@health.example", "gita@health.example"]
)
async def test_whoever_is_not_a_colleague_in_slack_stays_as_they_are(
    registry: Registry, searching: DeliveryDependencies, slack: Sandbox, email: str
) -> None:
    """D21: unknown, deactivated, a guest; no failure is reported, Home lists whom to tell."""
    user = await registry.register(email=email_of(email), in_bulk=True)

    async with running_worker(searching):
        search = await registry.after(user, DeliveryKind.FIND_MEMBER)

    assert search.state == DeliveryState.SENT
    assert (await registry.user(user)).member is None
    assert [call.method for call in slack.calls if call.method == "chat.postMessage"] == []


async def test_a_search_that_slack_refuses_waits(
    registry: Registry, searching: DeliveryDependencies, slack: Sandbox
) -> None:
    """B06: a missing scope is a fault of the installation."""
    slack.faults.add("users.lookupByEmail", "error:missing_scope")
    user = await registry.register(email=ADA, in_bulk=True)

    async with running_worker(searching) as worker:
        waiting = await registry.after(user, DeliveryKind.FIND_MEMBER)
        slack.advance(timedelta(seconds=6))
        worker.wake()
        await registry.after(user, DeliveryKind.FIND_MEMBER, attempts=2)
        await registry.after(user, DeliveryKind.USERNAME)

    assert (waiting.state, waiting.reason) == (DeliveryState.WAITING, FailureReason.SLACK_FAULT)
    assert (await registry.user(user)).member is not None


async def test_a_user_who_was_linked_meanwhile_is_not_searched_for(
    registry: Registry, searching: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA", email=ADA)
    await registry.queue(user, DeliveryKind.FIND_MEMBER, event="77")

    async with running_worker(searching):
        await registry.after(user, DeliveryKind.FIND_MEMBER)

    assert "users.lookupByEmail" not in {call.method for call in slack.calls}
