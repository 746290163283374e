"""Fixture: a workspace in which the app has opened its form for the member Anna."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox


@pytest.fixture
async def slack_with_modal(slack_with_app: Sandbox) -> Sandbox:
    """The app's form is the only modal on Anna's screen."""
    assert (await slack_with_app.command("U0ANNA", "/ask")).ok
    await slack_with_app.until(lambda: slack_with_app.view("U0ANNA"))
    return slack_with_app
