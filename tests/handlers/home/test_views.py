"""Tests of whole Home tabs."""

from dataclasses import replace
from datetime import timedelta

from core.deliveries.rules import DeliveryState, FailureReason
from core.home.service import Overview
from core.policy import Policy
from core.rulebook import Rulebook
from core.users.status import AccountStatus, UnknownBrowserBlock
from handlers.home import views
from handlers.ui.view_context import ViewContext
from tests.handlers.block_kit import actions, button, context, divider, header, section, user_menu
from tests.handlers.sample_values import HEALTH, IDA, NO_ATTENTION_ITEMS, WAITING_USERNAME
from tests.times import NOON

PORTAL = button("open_portal", "Open the portal", url="https://imi.example/?lang=en")
DOORS = actions(
    "navigation",
    button("open_authority", "Authority", value="authority"),
    button("open_classification", "Classification", value="classification"),
    button("open_modules", "Modules", value="modules"),
    button("open_users", "Users", value="users"),
    button("home_add_user", "Add a user", value="add", style="primary"),
    button("open_authority_search", "Find an authority", value="search"),
)
WAITING_FOR_MAIL = section(
    "own_password",
    ":hourglass: Your password: temporary\n:arrow_right: Open the portal and sign in with your"
    " username and the temporary password from the e-mail. You then choose a password of your own.",
    accessory=PORTAL,
)
FAILED = replace(WAITING_USERNAME, state=DeliveryState.FAILED, reason=FailureReason.SLACK_REFUSED)


def view_context(rulebook: Rulebook) -> ViewContext:
    return ViewContext(NOON, "UTC", "https://imi.example", rulebook.catalogue)


def test_an_administrator_sees_buttons_and_users(rulebook: Rulebook) -> None:  # R20, R40, R57
    ib = replace(IDA, id=8, first_name="*Ib*", roles=(), last_signed_in_at=NOON)
    overview = Overview(IDA, HEALTH, NO_ATTENTION_ITEMS, (ib, IDA))

    assert views.administrator_view(overview, view_context(rulebook), Policy()) == {
        "type": "home",
        "blocks": [
            header("My authority: Health & Care"),
            section("attention", ":white_check_mark: There is nothing for you to do."),
            DOORS,
            context("confirmed", "Last confirmed on 2 March 2026."),
            divider(4),
            section("users", "*Users, the newest first*"),
            section(
                "user_8",
                "*\u2060*\u2060Ib\u2060*\u2060 Møller*\n"
                "new: has never signed in · :hourglass: temporary password ·"
                " last sign-in 2 Mar 2026, 12:00 UTC\n"
                "No roles yet.",
                accessory=user_menu(8),
            ),
            section(
                "user_7",
                "*Ida Møller*\nnew: has never signed in · :hourglass: temporary password\n"
                "• Administrator\n• Patients' rights: Basic user",
                accessory=user_menu(7),
            ),
            divider(8),
            WAITING_FOR_MAIL,
        ],
    }


def test_a_user_sees_their_own_account(rulebook: Rulebook) -> None:  # R78, C5
    until = NOON + timedelta(days=30)
    status = AccountStatus(NOON, None, NOON, until, temporary=False)

    drawn_ = views.user_view(replace(IDA, status=status, phone=None), view_context(rulebook))

    assert drawn_["blocks"] == [
        header("Your account in IMI"),
        section(
            "next_step",
            ":white_check_mark: Your account is in order.",
        ),
        section(
            "details",
            "*Ida Møller*\nE-mail: ida@health.example\nTelephone: –\nWorking language: English",
        ),
        section("roles", "*Roles*\n• Administrator\n• Patients' rights: Basic user"),
        section(
            "own_password",
            ":white_check_mark: Your password: valid until 1 April 2026",
        ),
        actions(
            "own",
            PORTAL,
            button("ask_reset", "Request a new password", value="me"),
            button("reveal_username", "Show my username", value="me"),
            button("report_detail", "Report a wrong detail", value="me"),
        ),
        actions("search", button("open_authority_search", "Find an authority", value="search")),
    ]


def test_a_user_without_roles_is_told_so(rulebook: Rulebook) -> None:
    drawn_ = views.user_view(replace(IDA, roles=()), view_context(rulebook))

    assert drawn_["blocks"][3] == section("roles", "*Roles*\nNo roles yet.")


def test_a_person_without_an_account_sees_one_text() -> None:
    drawn = views.text_view("Ask.")

    assert drawn == {"type": "home", "blocks": [section("section_0", "Ask.")]}


def test_users_see_that_new_browsers_are_blocked(rulebook: Rulebook) -> None:  # D3
    block = UnknownBrowserBlock(NOON, NOON + timedelta(minutes=15))
    status = AccountStatus(NOON, None, NOON, NOON + timedelta(days=30), temporary=False)
    blocked = replace(IDA, status=replace(status, unknown_browser_block=block))

    drawn_ = views.user_view(blocked, view_context(rulebook))

    assert drawn_["blocks"][4] == section(
        "own_password",
        ":lock: Your password: blocked until 2 Mar 2026, 12:15 UTC in new browsers",
    )
