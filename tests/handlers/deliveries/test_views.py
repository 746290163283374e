"""Where a delivery stands, in words."""

from dataclasses import replace

import pytest

from core.catalogue.rules import RoleKey
from core.deliveries.rules import Delivery, Kind, Reason, State
from core.members.rules import MemberKey
from core.passwords.rules import Standing
from core.rulebook import Rulebook
from core.users.rules import User
from handlers.blocks import drawn
from handlers.deliveries.messages import in_order, role_lines
from handlers.deliveries.views import delivery_blocks
from tests.times import NOON

WAITING = Delivery(
    id=1,
    key="username:1:1",
    kind=Kind.USERNAME,
    authority_id=1,
    user_id=1,
    by_user_id=None,
    serial=1,
    state=State.WAITING,
    attempts=0,
    due_at=NOON,
    queued_at=NOON,
    done_at=None,
    reason=None,
)
IDA = User(
    id=1,
    authority_id=1,
    first_name="Ida",
    last_name="Møller",
    language="en",
    email="ida@health.example",
    phone=None,
    username="imoeller",
    member=MemberKey("T0IMI", "U1"),
    standing=Standing(None, None, None, None, temporary=False),
    wrong_passwords=0,
    password_id=None,
    registered_at=NOON,
    last_signed_in_at=None,
    username_told_at=None,
    removed_at=None,
    roles=(RoleKey("PQ", "GONE"), RoleKey("PQ", "REQ_HANDLER"), RoleKey("PQ", "BASIC")),
)


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        (WAITING, ":hourglass: Username by Slack message: on its way"),
        (
            replace(WAITING, attempts=2, reason=Reason.SLACK_UNREACHABLE),
            (
                ":hourglass: Username by Slack message: not accepted yet, it is tried again "
                "(Slack cannot be reached)"
            ),
        ),
        (
            replace(WAITING, state=State.SENT, kind=Kind.ONBOARDING),
            ":white_check_mark: Summary in the team channel: sent",
        ),
        (
            replace(WAITING, state=State.FAILED, reason=Reason.MEMBER),
            (
                ":x: Username by Slack message: this Slack member cannot get it; give it in "
                "person or by phone"
            ),
        ),
        (
            replace(WAITING, state=State.FAILED),
            ":x: Username by Slack message: it did not work",
        ),
    ],
)
def test_a_delivery_reads_as_it_stands(delivery: Delivery, said: str) -> None:
    (block,) = drawn(delivery_blocks((delivery,), "en"))

    assert block["text"]["text"] == said
    assert ("accessory" in block) is (delivery.state != State.WAITING)


def test_roles_stand_in_the_catalogues_order(rulebook: Rulebook) -> None:
    assert [key.role for key in in_order(IDA.roles, rulebook.catalogue)] == [
        "BASIC",
        "REQ_HANDLER",
        "GONE",
    ]
    assert role_lines(IDA, rulebook.catalogue, "en") == [
        "Professional qualifications: Basic user, Request handler, GONE"
    ]
