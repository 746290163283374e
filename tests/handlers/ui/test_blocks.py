"""Tests that a modal which renders its blocks once is the same as slackblocks' own."""

from typing import Any

import pytest
from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    InputBlock,
    ModalView,
    PlainText,
    PlainTextInput,
    SectionBlock,
    Text,
)
from slackblocks.errors import InvalidUsageError

from handlers.ui.blocks import Modal, view_json


def blocks() -> list[Block]:
    """Return blocks of several kinds; equal ones each time, but for random ids."""
    button = Button("Edit", "edit", value="7", style="primary")
    return [
        SectionBlock("*Ida* <https://imi.example>", accessory=button),
        DividerBlock(),
        ContextBlock([Text("a note")]),
        InputBlock(PlainText("Name"), PlainTextInput(action_id="name"), block_id="name"),
        ActionsBlock([button, Button("Stop", "stop")], block_id="buttons"),
    ]


SETTINGS: dict[str, Any] = {
    "title": PlainText("Details"),
    "close": PlainText("Close"),
    "submit": PlainText("Save"),
    "callback_id": "details",
    "private_metadata": "{}",
    "notify_on_close": True,
}


def test_it_has_the_json_of_a_modal() -> None:
    own = view_json(Modal(blocks=blocks(), **SETTINGS))

    assert own == view_json(ModalView(blocks=blocks(), **SETTINGS))
    assert own["blocks"][0]["text"]["verbatim"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"blocks": [DividerBlock()] * 101},
        {"submit": None},
        {"title": PlainText("x" * 25)},
    ],
)
def test_it_refuses_what_a_modal_refuses(wrong: dict[str, Any]) -> None:
    for kind in (Modal, ModalView):
        with pytest.raises(InvalidUsageError):
            kind(**{**SETTINGS, "blocks": blocks(), **wrong})
