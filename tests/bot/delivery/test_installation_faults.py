"""Tests that messages wait during a fault of the installation, and are sent once it is fixed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.deliveries.rules import DeliveryKind, DeliveryState
from tests.bot.delivery_worker import Registry, running_worker

if TYPE_CHECKING:
    from bot.delivery.dependencies import DeliveryDependencies
    from sandbox import Sandbox

FAULTS = (
    *("token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"),
    *("org_login_required", "team_access_not_granted", "ekm_access_denied", "missing_scope"),
    *("no_permission", "access_denied", "accesslimited", "messages_tab_disabled"),
    *("two_factor_setup_required", "invalid_blocks", "a_code_of_tomorrow"),
)


@pytest.mark.parametrize("code", FAULTS)
async def test_a_username_waits_until_slack_accepts_the_app_again(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, code: str
) -> None:
    """B06: what is about the app or the workspace is not final."""
    slack.faults.add("chat.postMessage", f"error:{code}")
    user = await registry.register("U0ADA")

    async with running_worker(dependencies) as worker:
        waiting = await registry.after(user, DeliveryKind.USERNAME)
        slack.advance(timedelta(seconds=6))
        worker.wake()
        delivery = await registry.after(user, DeliveryKind.USERNAME, attempts=2)

    assert waiting.state == DeliveryState.WAITING
    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages("U0ADA")) == 1
    # Slack certainly did nothing, so the message is not looked for before the second try.
    assert "conversations.history" not in {call.method for call in slack.calls}
