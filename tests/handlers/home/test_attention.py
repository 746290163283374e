"""Tests of the items on Home that need attention."""

from dataclasses import replace

import pytest

from core.deliveries.rules import DeliveryState, FailureReason
from core.errors import MemberFault
from core.home.attention import AttentionItems, AttentionKind, Sample
from core.home.service import Overview
from core.leavers.rules import Leaver
from core.policy import Policy
from core.resets.rules import RequestSource
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.users.rules import User
from core.users.status import AccountStatus
from handlers.home import views
from handlers.ui.view_context import ViewContext
from tests.handlers.block_kit import Json, actions, button, context, section
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


def attention_blocks(
    rulebook: Rulebook,
    attention: AttentionItems,
    only_kind: AttentionKind | None = None,
    *,
    me: User = IDA,
    newest: tuple[User, ...] = (),
) -> list[Json]:
    """Return the blocks between the title with the number of items and the row of buttons."""
    overview = Overview(me, HEALTH, attention, newest, None, only_kind)
    blocks = views.administrator_view(overview, view_context(rulebook), Policy())["blocks"]
    last = [
        n for n, block in enumerate(blocks) if block["block_id"] in {"navigation", "home_overview"}
    ]
    found: list[Json] = blocks[1 if only_kind else 2 : last[0]]
    return found


def more(kind: str, text: str) -> Json:
    return section(f"more_{kind}", text, accessory=button("home_show_all", "Show all", value=kind))


def reset_button(user_id: int) -> Json:
    return button("user_menu", "Reset password", value=f"reset:{user_id}")


def test_the_number_of_items_comes_first(rulebook: Rulebook) -> None:
    attention = replace(
        NO_ATTENTION_ITEMS, locked_out=Sample((IDA,), 3), requests=Sample(((A_REQUEST, IDA),), 1)
    )

    overview = Overview(IDA, HEALTH, attention, ())
    blocks = views.administrator_view(overview, view_context(rulebook), Policy())["blocks"]

    assert blocks[1] == section("attention", "*Needs your attention: 4 items*")


def test_one_kind_alone_has_a_button_back_and_nothing_else(rulebook: Rulebook) -> None:
    attention = replace(
        NO_ATTENTION_ITEMS, locked_out=Sample((IDA,), 41), never_signed_in=Sample((IDA,), 1)
    )
    overview = Overview(IDA, HEALTH, attention, (IDA,), None, AttentionKind.LOCKED_OUT)

    blocks = views.administrator_view(overview, view_context(rulebook), Policy())["blocks"]

    assert [block["block_id"] for block in blocks[1:]] == [
        "locked_out_7",
        "more_stuck",
        "home_overview",
    ]
    assert blocks[2] == context("more_stuck", "and 40 more")


def test_requests_come_first_with_two_buttons(rulebook: Rulebook) -> None:  # D11
    many = Sample(((A_REQUEST, IDA),) * 3, 5)

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
    assert blocks[6:] == [more("requests", "and 2 more")]


def test_the_number_of_lost_authorities_that_are_not_shown_is_told(  # D12
    rulebook: Rulebook,
) -> None:
    attention = replace(NO_ATTENTION_ITEMS, without_administrator=Sample((HEALTH,), 3))

    blocks = attention_blocks(rulebook, attention)

    assert blocks[0]["block_id"] == "without_administrator_1"
    assert blocks[0]["accessory"]["action_id"] == "name_administrator"
    assert blocks[1:] == [more("lost", "and 2 more")]


def test_a_request_from_the_portal_warns_that_anybody_may_have_sent_it(  # D11
    rulebook: Rulebook,
) -> None:
    request = replace(A_REQUEST, source=RequestSource.PORTAL)

    blocks = attention_blocks(
        rulebook, replace(NO_ATTENTION_ITEMS, requests=Sample(((request, IDA),), 1))
    )

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

    blocks = attention_blocks(
        rulebook, replace(NO_ATTENTION_ITEMS, leavers=Sample(((leaver, IDA),), 1))
    )

    assert blocks == [
        section("leaver_7", f":door: {text}"),
        actions(
            "leaving_7",
            button("leaver_remove", "Remove…", value="7", style="danger"),
            button("leaver_keep", "Keep as user", value="7"),
        ),
    ]


def test_failed_deliveries_can_be_sent_again(rulebook: Rulebook) -> None:
    assert attention_blocks(
        rulebook, replace(NO_ATTENTION_ITEMS, failed_deliveries=Sample(((FAILED, IDA),), 1))
    ) == [
        section(
            "section_2",
            ":x: *Ida Møller* · Username by Slack message: Slack refused the message;"
            " contact your IT department",
            accessory=button("send_again", "Send again", value="3"),
        )
    ]


def test_roles_without_a_holder_are_named(rulebook: Rulebook) -> None:  # R61, D12
    key = RoleKey("PR", "REQ_HANDLER")

    assert attention_blocks(rulebook, replace(NO_ATTENTION_ITEMS, role_gaps=Sample((key,), 1))) == [
        section(
            "role_gap_PR:REQ_HANDLER",
            ":warning: Too few users, or none, hold this role: *Patients' rights:"
            " Request handler*. Requests from other authorities may go unanswered.",
            accessory=button("role_holders", "Assign this role", value="PR:REQ_HANDLER"),
        )
    ]


def test_a_single_administrator_causes_a_warning(rulebook: Rulebook) -> None:  # R39, D12
    attention = replace(NO_ATTENTION_ITEMS, too_few_administrators=True)
    user = replace(IDA, roles=())

    assert attention_blocks(rulebook, attention, newest=(user,)) == [
        section(
            "administrators",
            ":warning: Too few administrators of your authority can act in Slack."
            " Add another one who can stand in.",
            accessory=button("role_holders", "Assign this role", value=":ADMIN"),
        )
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_where_all_users_are_administrators_a_user_can_be_added(  # R39
    rulebook: Rulebook, number: int
) -> None:
    attention = replace(NO_ATTENTION_ITEMS, too_few_administrators=True)
    administrator = replace(IDA, roles=(ADMINISTRATOR,))

    (block,) = attention_blocks(rulebook, attention, newest=(administrator,) * number)

    assert block["accessory"] == button("attention_add_user", "Add a user", value="add")


def test_users_who_cannot_sign_in_are_shown_with_a_reset(rulebook: Rulebook) -> None:  # R78
    blocked = replace(IDA, status=AccountStatus(NOON, NOON, NOON, NOON, temporary=False))

    assert attention_blocks(
        rulebook, replace(NO_ATTENTION_ITEMS, locked_out=Sample((blocked,), 3))
    ) == [
        section(
            "locked_out_7", "*Ida Møller* · :lock: blocked password", accessory=reset_button(7)
        ),
        more("stuck", "and 2 more"),
    ]


def test_users_who_never_signed_in_are_shown_with_a_reset(rulebook: Rulebook) -> None:  # R77
    assert attention_blocks(
        rulebook, replace(NO_ATTENTION_ITEMS, never_signed_in=Sample((IDA,), 1))
    ) == [
        section(
            "never_signed_in_7",
            ":sleeping: Never signed in: *Ida Møller*. Registered over 14 days ago.",
            accessory=reset_button(7),
        )
    ]


@pytest.mark.parametrize(
    ("total", "expected"), [(3, ["Ida A", "Ida Z", "Ida Å"]), (4, ["Ida Å", "Ida Z", "Ida A"])]
)
@pytest.mark.parametrize("kind", ["locked_out", "username_unknown", "never_signed_in"])
def test_users_are_in_the_readers_alphabet_where_all_are_shown(  # D25
    rulebook: Rulebook, kind: str, total: int, expected: list[str]
) -> None:
    items = tuple(
        replace(IDA, id=number, last_name=name) for number, name in enumerate(("Å", "Z", "A"))
    )
    attention = replace(NO_ATTENTION_ITEMS, **{kind: Sample(items, total)})  # type: ignore[arg-type]

    blocks = attention_blocks(rulebook, attention, me=replace(IDA, language="da"))

    lines = [block["text"]["text"] for block in blocks if block["block_id"][-1] in "012"]
    assert [line.split("*")[1] for line in lines] == expected


@pytest.mark.parametrize("kind", ["locked_out", "never_signed_in"])
def test_namesakes_have_their_addresses(rulebook: Rulebook, kind: str) -> None:
    items = tuple(replace(IDA, id=number, email=f"{number}@x.example") for number in (1, 2))
    attention = replace(NO_ATTENTION_ITEMS, **{kind: Sample(items, 2)})  # type: ignore[arg-type]

    text = str(attention_blocks(rulebook, attention))

    assert "*Ida Møller* · 1@x.example" in text
    assert "*Ida Møller* · 2@x.example" in text
