"""Tests of whole Home tabs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.deliveries.rules import DeliveryState, FailureReason
from core.errors import MemberFault
from core.home.service import AttentionItems, Overview
from core.languages.texts import texts
from core.leavers.rules import Leaver
from core.policy import Policy
from core.resets.rules import RequestSource
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.users.rows.queries import UserSample
from core.users.status import AccountState, AccountStatus, PasswordState
from handlers.home import views
from handlers.ui.account_states import account_state_text, password_state_text
from handlers.ui.view_context import ViewContext
from tests.handlers.block_kit import Json, actions, button, context, divider, header, section
from tests.handlers.sample_values import (
    A_REQUEST,
    HEALTH,
    IDA,
    NO_ATTENTION_ITEMS,
    WAITING_USERNAME,
)
from tests.times import NOON

PORTAL = actions(
    "open_portal",
    button("open_portal", "Open the portal", url="https://imi.example/?lang=en"),
)
DOORS = actions(
    "doors",
    button("open_authority", "Authority", value="authority"),
    button("open_classification", "Classification", value="classification"),
    button("open_modules", "Modules", value="modules"),
    button("open_users", "Users", value="users"),
    button("home_add_user", "Add a user", value="add", style="primary"),
    button("open_authority_search", "Find an authority", value="search"),
)
WAITING_FOR_MAIL = context("own_password", "Your own password: :hourglass: temporary password")
FAILED = replace(WAITING_USERNAME, state=DeliveryState.FAILED, reason=FailureReason.SLACK_REFUSED)


def frame(rulebook: Rulebook) -> ViewContext:
    return ViewContext(NOON, "UTC", "https://imi.example", rulebook.catalogue)


def drawn(rulebook: Rulebook, attention: AttentionItems) -> list[Json]:
    """Return the blocks between the title and the row of buttons."""
    overview = Overview(IDA, HEALTH, attention, ())
    blocks = views.administrator_view(overview, frame(rulebook), Policy())["blocks"]
    first = next(n for n, block in enumerate(blocks) if block["block_id"] == "doors")
    found: list[Json] = blocks[1:first]
    return found


def menu(number: int) -> Json:
    entries = {
        "edit": "Edit details",
        "roles": "Change roles",
        "reset": "Reset password",
        "status": "Messages sent",
        "remove": "Remove",
    }
    options = [
        {"text": {"type": "plain_text", "text": said}, "value": f"{what}:{number}"}
        for what, said in entries.items()
    ]
    return {"type": "overflow", "action_id": "user_menu", "options": options}


def test_an_administrator_sees_buttons_and_users(rulebook: Rulebook) -> None:  # R20, R40, R57
    ib = replace(IDA, id=8, first_name="*Ib*", roles=(), last_signed_in_at=NOON)
    overview = Overview(IDA, HEALTH, NO_ATTENTION_ITEMS, (ib, IDA))

    assert views.administrator_view(overview, frame(rulebook), Policy()) == {
        "type": "home",
        "blocks": [
            header("My authority: Health & Care"),
            context("context_1", ":white_check_mark: Nothing waits for you."),
            DOORS,
            context("confirmed", "Last confirmed to be right on 2 March 2026."),
            divider(4),
            section("users", "*Users, the newest first*"),
            section(
                "user_8",
                "*\u2060*\u2060Ib\u2060*\u2060 Møller*\n"
                "new: has never signed in · :hourglass: temporary password ·"
                " last sign-in 2 Mar 2026 12:00 UTC\n"
                "No roles yet.",
                accessory=menu(8),
            ),
            section(
                "user_7",
                "*Ida Møller*\nnew: has never signed in · :hourglass: temporary password\n"
                "• Administrator\n• Patients' rights: Basic user",
                accessory=menu(7),
            ),
            divider(8),
            WAITING_FOR_MAIL,
            PORTAL,
        ],
    }


def test_requests_come_first_with_two_buttons(rulebook: Rulebook) -> None:  # D11
    many = ((A_REQUEST, IDA),) * 7

    blocks = drawn(rulebook, replace(NO_ATTENTION_ITEMS, requests=many))

    assert blocks[:2] == [
        section(
            "request_5",
            ":key: *Ida Møller* asks for a new password since 2 Mar 2026 12:00 UTC.",
        ),
        actions(
            "decide_5",
            button("reset_approve", "Approve", value="5", style="primary"),
            button("reset_decline", "Decline", value="5"),
        ),
    ]
    assert blocks[10:] == [context("context_11", "and 2 more")]


def test_a_request_from_the_portal_warns_that_anybody_may_have_sent_it(  # D11
    rulebook: Rulebook,
) -> None:
    request = replace(A_REQUEST, source=RequestSource.PORTAL)

    blocks = drawn(rulebook, replace(NO_ATTENTION_ITEMS, requests=((request, IDA),)))

    assert blocks[0] == section(
        "request_5",
        ":key: *Ida Møller* asks for a new password since 2 Mar 2026 12:00 UTC.\n"
        "It came from the sign-in page, where anybody who knows the username can ask.",
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (MemberFault.GUEST, "*Ida Møller* is only a guest in Slack now. Have they left?"),
        (MemberFault.DEACTIVATED, "*Ida Møller* is deactivated in Slack. Have they left?"),
    ],
)
def test_leavers_are_listed_with_their_question(
    rulebook: Rulebook, fault: MemberFault, said: str
) -> None:  # R65
    leaver = Leaver(7, 1, fault, NOON, None, 1)

    blocks = drawn(rulebook, replace(NO_ATTENTION_ITEMS, leavers=((leaver, IDA),)))

    assert blocks == [
        section("leaver_7", f":door: {said}"),
        actions(
            "leaving_7",
            button("leaver_remove", "Remove…", value="7", style="danger"),
            button("leaver_keep", "Keep", value="7"),
        ),
    ]


def test_failed_deliveries_can_be_sent_again(rulebook: Rulebook) -> None:
    assert drawn(rulebook, replace(NO_ATTENTION_ITEMS, failed=((FAILED, IDA),))) == [
        section(
            "section_1",
            ":x: *Ida Møller* · Username by Slack message:"
            " Slack refused it; ask whoever runs the bot",
            accessory=button("send_again", "Send again", value="3"),
        )
    ]


def test_roles_without_a_holder_are_named(rulebook: Rulebook) -> None:  # R61, D12
    key = RoleKey("PR", "REQ_HANDLER")

    assert drawn(rulebook, replace(NO_ATTENTION_ITEMS, unheld=(key,))) == [
        section(
            "unheld_PR:REQ_HANDLER",
            ":warning: Nobody, or too few, hold the role *Patients' rights: Request handler*."
            " Requests from other authorities may lie unanswered.",
            accessory=button("role_holders", "Give it to someone", value="PR:REQ_HANDLER"),
        )
    ]


def test_a_single_administrator_causes_a_warning(rulebook: Rulebook) -> None:  # R39, D12
    assert drawn(rulebook, replace(NO_ATTENTION_ITEMS, administrators=1)) == [
        section(
            "administrators",
            ":warning: Your authority has only one administrator."
            " Add a second one who can stand in.",
        )
    ]


def test_users_who_cannot_sign_in_are_shown_with_their_menu(rulebook: Rulebook) -> None:  # R78
    blocked = replace(IDA, status=AccountStatus(NOON, NOON, NOON, NOON, temporary=False))

    assert drawn(rulebook, replace(NO_ATTENTION_ITEMS, stuck=UserSample((blocked,), 3))) == [
        section("stuck_7", "*Ida Møller* · :lock: blocked password", accessory=menu(7)),
        context("context_2", "and 2 more"),
    ]


def test_users_who_never_signed_in_are_shown_with_their_menu(rulebook: Rulebook) -> None:  # R77
    assert drawn(rulebook, replace(NO_ATTENTION_ITEMS, unused=UserSample((IDA,), 1))) == [
        section(
            "unused_7",
            ":sleeping: *Ida Møller* was registered over 14 days ago and has never signed in.",
            accessory=menu(7),
        )
    ]


def test_a_user_sees_their_own_account(rulebook: Rulebook) -> None:  # R78, C5
    until = NOON + timedelta(days=30)
    status = AccountStatus(NOON, None, NOON, until, temporary=False)

    drawn_ = views.user_view(replace(IDA, status=status, phone=None), frame(rulebook))

    assert drawn_["blocks"] == [
        header("Your account in IMI"),
        section(
            "details",
            "*Ida Møller*\nE-mail: ida@health.example\nTelephone: –\nWorking language: English",
        ),
        section("roles", "*Roles*\n• Administrator\n• Patients' rights: Basic user"),
        section(
            "own_password",
            "Your own password: :white_check_mark: valid password, until 1 April 2026",
        ),
        actions(
            "own",
            PORTAL["elements"][0],
            button("ask_reset", "Ask for a new password", value="me"),
            button("reveal_username", "Show my username", value="me"),
            button("report_detail", "Report a wrong detail", value="me"),
        ),
        actions("search", button("open_authority_search", "Find an authority", value="search")),
    ]


def test_a_user_without_roles_is_told_so(rulebook: Rulebook) -> None:
    drawn_ = views.user_view(replace(IDA, roles=()), frame(rulebook))

    assert drawn_["blocks"][2] == section("roles", "*Roles*\nNo roles yet.")


def test_a_person_without_an_account_sees_one_text() -> None:
    drawn = views.text_view("Ask.")

    assert drawn == {"type": "home", "blocks": [section("section_0", "Ask.")]}


@pytest.mark.parametrize("language", ["en", "da"])
def test_each_state_has_a_text_of_its_own(language: str) -> None:  # R76-R78
    t = texts(language)

    said = [account_state_text(state, t) for state in AccountState]
    said += [password_state_text(state, t) for state in PasswordState]

    assert len(set(said)) == len(AccountState) + len(PasswordState)
