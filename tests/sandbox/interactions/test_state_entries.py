"""Tests of turning typed and chosen values into state entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox import NotFoundError, Sandbox
from sandbox.interactions import state_entries
from tests.sandbox.builders import option

if TYPE_CHECKING:
    from sandbox.json_types import Json

OPTIONS = [option("one"), option("two"), option("three")]


@pytest.mark.parametrize(
    ("element", "choice"),
    [
        ({"type": "users_select"}, "U0NONE"),
        ({"type": "channels_select"}, "C0NONE"),
        ({"type": "static_select", "options": OPTIONS}, "four"),
    ],
)
def test_a_choice_that_the_element_does_not_offer_is_refused(
    slack: Sandbox, element: Json, choice: str
) -> None:
    with pytest.raises(NotFoundError):
        state_entries.entry_for({"action_id": "a", **element}, choice, slack.workspace)
