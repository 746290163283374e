"""Fixtures: the product's jobs, with the sandbox workspace and its clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.jobs.audit_checkpoints import AuditCheckpoints
from bot.jobs.member_sync import MemberSync
from bot.jobs.schedule import Jobs
from bot.slack.client import SlackSender
from bot.slack.rate_limits import RateLimiter, RateLimits
from core.secret import Secret
from tests.factories import a_user, an_administrator, an_authority

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient
    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from core.store.store import Store
    from core.users.rules import User
    from sandbox import Sandbox

KEY = Secret("k" * 32)


class WakeCounter:
    """Counts how often the delivery worker is woken."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def wakes() -> WakeCounter:
    return WakeCounter()


@pytest.fixture
def sender(client: AsyncWebClient, slack: Sandbox) -> SlackSender:
    return SlackSender(client, RateLimiter(RateLimits({}, 0), slack.clock.now))


@pytest.fixture
def checkpoints(store: Store, sender: SlackSender, slack: Sandbox) -> AuditCheckpoints:
    return AuditCheckpoints(store, sender, slack.clock.now, [KEY], "C0TEAM")


@pytest.fixture
def jobs(
    store: Store, rulebook: Rulebook, slack: Sandbox, client: AsyncWebClient, wakes: WakeCounter
) -> Jobs:
    clock = slack.clock.now
    return Jobs(store, rulebook, clock, MemberSync(store, client, "T0IMI", clock), wakes)


@pytest.fixture
async def user(store: Store, rulebook: Rulebook) -> User:
    """A user of an authority with an administrator."""

    def register(tx: Connection) -> User:
        authority = an_authority(tx)
        an_administrator(tx, authority, rulebook)
        return a_user(tx, authority, rulebook)

    return await store.write(register)
