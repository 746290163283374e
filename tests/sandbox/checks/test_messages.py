"""Tests that invalid messages are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.checks.messages import check_message
from sandbox.errors import ApiError

if TYPE_CHECKING:
    from sandbox.json_types import Json


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"text": "a", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "a", "blocks": "what"}, "invalid_blocks_format"),
        ({"text": 1}, "invalid_arguments"),
        ({"text": "a", "metadata": "what"}, "invalid_metadata_format"),
        ({"text": "a", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
    ],
)
def test_an_invalid_message_is_refused(message: Json, error: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_message(message)

    assert caught.value.code == error
