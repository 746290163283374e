"""Tests of the texts about the state of deliveries."""

from dataclasses import replace

import pytest

from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, FailureReason
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from handlers.ui.blocks import blocks_json
from handlers.ui.delivery_states import delivery_blocks
from handlers.ui.role_names import ordered_roles, role_lines
from tests.handlers.sample_values import WAITING_USERNAME

WAITING = WAITING_USERNAME
ROLES = (RoleKey("PQ", "GONE"), RoleKey("PQ", "REQ_HANDLER"), RoleKey("PQ", "BASIC"))


@pytest.mark.parametrize(
    ("delivery", "text"),
    [
        (WAITING, ":hourglass: Username by Slack message: on its way"),
        (
            replace(WAITING, attempts=2, reason=FailureReason.SLACK_UNREACHABLE),
            (
                ":hourglass: Username by Slack message: not delivered yet, will be"
                " tried again (Slack cannot be reached)"
            ),
        ),
        (
            replace(WAITING, state=DeliveryState.SENT, kind=DeliveryKind.ONBOARDING),
            ":white_check_mark: Message in the team channel: sent",
        ),
        (
            replace(WAITING, state=DeliveryState.FAILED, reason=FailureReason.MEMBER),
            (
                ":x: Username by Slack message: this Slack member cannot receive"
                " messages; pass it on in person or by phone"
            ),
        ),
        (
            replace(WAITING, state=DeliveryState.FAILED),
            ":x: Username by Slack message: delivery failed",
        ),
    ],
)
def test_each_state_of_a_delivery_has_a_text(delivery: Delivery, text: str) -> None:
    (block,) = blocks_json(delivery_blocks((delivery,), "en"))

    assert block["text"]["text"] == text
    assert ("accessory" in block) is (delivery.state != DeliveryState.WAITING)


def test_roles_are_listed_in_the_catalogues_order(rulebook: Rulebook) -> None:
    assert [key.role for key in ordered_roles(ROLES, rulebook.catalogue)] == [
        "BASIC",
        "REQ_HANDLER",
        "GONE",
    ]
    assert role_lines(ROLES, rulebook.catalogue, "en") == [
        "Professional qualifications: Basic user, Request handler, GONE"
    ]
