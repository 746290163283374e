"""Tests that the sandbox's clock cannot be moved back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.times import NOON

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_the_clock_cannot_be_moved_back(slack: Sandbox) -> None:
    with pytest.raises(ValueError, match="forward"):
        slack.clock.advance(NOON - slack.clock.now())
