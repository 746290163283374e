"""Fixtures: a sandbox workspace, and the dependencies of a delivery worker that uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.delivery.dependencies import DeliveryDependencies
from bot.mail.smtp import Mailer
from bot.settings.smtp_url import parse_smtp_url
from bot.slack.client import SlackSender
from bot.slack.connection import slack_client
from bot.slack.rate_limits import RateLimiter, RateLimits
from core.secret import Secret
from tests.bot.delivery_worker import PORTAL, QuickHashing, Registry
from tests.bot.slack_workspace import TOKEN, slack_workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from slack_sdk.web.async_client import AsyncWebClient

    from core.rulebook import Rulebook
    from core.store.store import Store
    from sandbox import Sandbox


# Without limits, so that no test waits for them.
QUICK = RateLimits({}, 0)


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A workspace and a mailbox."""
    async with slack_workspace(tmp_path) as workspace:
        yield workspace


@pytest.fixture
async def client(slack: Sandbox) -> AsyncIterator[AsyncWebClient]:
    """The product's client for the workspace."""
    async with slack_client(Secret(TOKEN), slack.api_url) as opened:
        yield opened


@pytest.fixture
def registry(store: Store, rulebook: Rulebook) -> Registry:
    """Registers users and queues deliveries to them."""
    return Registry(store, rulebook)


@pytest.fixture
def dependencies(
    store: Store, rulebook: Rulebook, slack: Sandbox, client: AsyncWebClient
) -> DeliveryDependencies:
    """The dependencies of a worker, on the workspace's clock."""
    clock = slack.clock.now
    return DeliveryDependencies(
        store=store,
        rulebook=rulebook,
        slack=SlackSender(client, RateLimiter(QUICK, clock)),
        mailer=Mailer(parse_smtp_url(Secret(slack.smtp_url)), "IMI <imi@authority.example>", clock),
        hashing=QuickHashing(),
        clock=clock,
        public_url=PORTAL,
    )
