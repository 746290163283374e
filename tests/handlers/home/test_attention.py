"""Tests of the items on Home that need attention."""

from dataclasses import replace

import pytest

from core.deliveries.rules import DeliveryState, FailureReason
from core.errors import MemberFault
from core.home.service import AttentionItems, Overview, UserSample
from core.leavers.rules import Leaver
from core.policy import Policy
from core.resets.rules import RequestSource
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.users.status import AccountStatus
from handlers.home import views
from handlers.ui.view_context import ViewContext
from tests.handlers.block_kit import (
    Json,
    actions,
    button,
    context,
    section,
    user_menu,
)
from tests.handlers.sample_values import (
    A_REQUEST,
    HEALTH,
    IDA,
    NO_ATTENTION_ITEMS,
    WAITING_USERNAME,
)
from tests.times import NOON

FAILED = replace(WAITING_USERNAME, state=DeliveryState.FAILED, reason=FailureReason.SLACK_REFUSED)


def view_context(rulebook: Rulebook) -> ViewContext:
    return ViewContext(NOON, "UTC", "https://imi.example", rulebook.catalogue)


def attention_blocks(rulebook: Rulebook, attention: AttentionItems) -> list[Json]:
    """Return the blocks between the title and the row of buttons."""
    overview = Overview(IDA, HEALTH, attention, ())
    blocks = views.administrator_view(overview, view_context(rulebook), Policy())["blocks"]
    first = next(n for n, block in enumerate(blocks) if block["block_id"] == "doors")
    found: list[Json] = blocks[1:first]
    return found


def test_requests_come_first_with_two_buttons(rulebook: Rulebook) -> None:  # D11
    many = ((A_REQUEST, IDA),) * 7

    blocks = attention_blocks(rulebook, replace(NO_ATTENTION_ITEMS, requests=many))

    assert blocks[:2] == [
        section(
            "request_5",
            ":key: Request for a new password: *Ida Møller*, 2 Mar 2026, 12:00 UTC",
        ),
        actions(
            "decide_5",
            button("reset_approve", "Approve", value="5", style="primary"),
            button("reset_decline", "Decline", value="5"),
        ),
    ]
    assert blocks[10:] == [context("context_11", "and 2 more")]


def test_the_number_of_lost_authorities_that_are_not_shown_is_told(  # D12
    rulebook: Rulebook,
) -> None:
    attention = replace(NO_ATTENTION_ITEMS, lost=(HEALTH,), all_lost=3)

    blocks = attention_blocks(rulebook, attention)

    assert [block["block_id"] for block in blocks[:2]] == ["lost_1", "name_1"]
    assert blocks[2:] == [context("context_3", "and 2 more")]


def test_a_request_from_the_portal_warns_that_anybody_may_have_sent_it(  # D11
    rulebook: Rulebook,
) -> None:
    request = replace(A_REQUEST, source=RequestSource.PORTAL)

    blocks = attention_blocks(rulebook, replace(NO_ATTENTION_ITEMS, requests=((request, IDA),)))

    assert blocks[0] == section(
        "request_5",
        ":key: Request for a new password: *Ida Møller*, 2 Mar 2026, 12:00 UTC\nThis"
        " request was made on the sign-in page, where anyone who knows the username can"
        " make one.",
    )


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (MemberFault.GUEST, "*Ida Møller*: only a guest in Slack now. Has this user left?"),
        (MemberFault.DEACTIVATED, "*Ida Møller*: deactivated in Slack. Has this user left?"),
    ],
)
def test_leavers_are_listed_with_their_question(
    rulebook: Rulebook, fault: MemberFault, text: str
) -> None:  # R65
    leaver = Leaver(7, 1, fault, NOON, None, 1, 1)

    blocks = attention_blocks(rulebook, replace(NO_ATTENTION_ITEMS, leavers=((leaver, IDA),)))

    assert blocks == [
        section("leaver_7", f":door: {text}"),
        actions(
            "leaving_7",
            button("leaver_remove", "Remove…", value="7", style="danger"),
            button("leaver_keep", "Keep as user", value="7"),
        ),
    ]


def test_failed_deliveries_can_be_sent_again(rulebook: Rulebook) -> None:
    assert attention_blocks(rulebook, replace(NO_ATTENTION_ITEMS, failed=((FAILED, IDA),))) == [
        section(
            "section_1",
            ":x: *Ida Møller* · Username by Slack message: Slack refused the message;"
            " contact your IT department",
            accessory=button("send_again", "Send again", value="3"),
        )
    ]


def test_roles_without_a_holder_are_named(rulebook: Rulebook) -> None:  # R61, D12
    key = RoleKey("PR", "REQ_HANDLER")

    assert attention_blocks(rulebook, replace(NO_ATTENTION_ITEMS, unheld=(key,))) == [
        section(
            "unheld_PR:REQ_HANDLER",
            ":warning: Too few users, or none, hold this role: *Patients' rights:"
            " Request handler*. Requests from other authorities may go unanswered.",
            accessory=button("role_holders", "Assign this role", value="PR:REQ_HANDLER"),
        )
    ]


def test_a_single_administrator_causes_a_warning(rulebook: Rulebook) -> None:  # R39, D12
    assert attention_blocks(rulebook, replace(NO_ATTENTION_ITEMS, administrators=1)) == [
        section(
            "administrators",
            ":warning: Only one administrator of your authority can act in Slack."
            " Add a second one who can stand in.",
        )
    ]


def test_users_who_cannot_sign_in_are_shown_with_their_menu(rulebook: Rulebook) -> None:  # R78
    blocked = replace(IDA, status=AccountStatus(NOON, NOON, NOON, NOON, temporary=False))

    assert attention_blocks(
        rulebook, replace(NO_ATTENTION_ITEMS, stuck=UserSample((blocked,), 3))
    ) == [
        section("stuck_7", "*Ida Møller* · :lock: blocked password", accessory=user_menu(7)),
        context("context_2", "and 2 more"),
    ]


def test_users_who_never_signed_in_are_shown_with_their_menu(rulebook: Rulebook) -> None:  # R77
    assert attention_blocks(
        rulebook, replace(NO_ATTENTION_ITEMS, unused=UserSample((IDA,), 1))
    ) == [
        section(
            "unused_7",
            ":sleeping: Never signed in: *Ida Møller*. Registered over 14 days ago.",
            accessory=user_menu(7),
        )
    ]
