"""Tests of the texts for the states of accounts and passwords."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.languages.texts import texts
from core.rulebook import Rulebook
from core.users.status import AccountState, AccountStatus, UnknownBrowserBlock
from handlers.ui.account_states import (
    SOON,
    account_state_text,
    next_step_text,
    own_password_text,
    password_state_name,
    password_state_text,
)
from handlers.ui.view_context import ViewContext
from tests.times import NOON

VALID = AccountStatus(NOON, None, NOON, None, temporary=False)
STATUSES = (
    AccountStatus(None, None, None, None, temporary=False),
    VALID,
    replace(VALID, blocked_at=NOON),
    replace(VALID, expires_at=NOON),
    replace(VALID, unknown_browser_block=UnknownBrowserBlock(NOON, NOON + timedelta(minutes=15))),
)


@pytest.mark.parametrize("language", ["en", "da"])
def test_each_state_has_a_text_of_its_own(rulebook: Rulebook, language: str) -> None:  # R76-R78
    t, context = texts(language), ViewContext(NOON, "UTC", "x", rulebook.catalogue)

    text = [account_state_text(state, t) for state in AccountState]
    text += [password_state_text(status, context, t) for status in STATUSES]

    assert len(set(text)) == len(AccountState) + len(STATUSES)


def test_a_block_for_unknown_browsers_says_when_it_ends(rulebook: Rulebook) -> None:  # D3
    context = ViewContext(NOON, "Europe/Copenhagen", "x", rulebook.catalogue)
    in_new_browsers, both = STATUSES[-1], replace(STATUSES[-1], blocked_at=NOON)

    assert [password_state_text(one, context, texts("en")) for one in (in_new_browsers, both)] == [
        ":lock: blocked until 2 Mar 2026, 13:15 in new browsers",
        ":lock: blocked password",
    ]
    later = replace(context, now=NOON + timedelta(minutes=15))
    assert password_state_name(in_new_browsers, later, texts("en")) == "valid password"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (AccountStatus(None, None, None, None, temporary=False), ":hourglass: # temporary"),
        (
            replace(VALID, temporary=True, expires_at=NOON + timedelta(days=7)),
            ":hourglass: # temporary, valid until 9 March 2026",
        ),
        (
            replace(VALID, expires_at=NOON + timedelta(days=1)),
            ":white_check_mark: # valid until 3 March 2026",
        ),
        (VALID, ":white_check_mark: # valid"),
        (replace(VALID, expires_at=NOON), ":warning: # expired on 2 March 2026"),
        (replace(VALID, blocked_at=NOON, expires_at=NOON), ":lock: # blocked"),
        (STATUSES[-1], ":lock: # blocked until 2 Mar 2026, 12:15 UTC in new browsers"),
    ],
)
def test_ones_own_password_has_the_date_that_its_state_needs(
    rulebook: Rulebook, status: AccountStatus, text: str
) -> None:  # R70, R78, issue 16: an expired password is not "expired, until 26 May"
    context = ViewContext(NOON, "UTC", "x", rulebook.catalogue)

    shown = own_password_text(status, context, texts("en"))

    assert shown == text.replace("#", "Your password:")


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (STATUSES[-1], ":arrow_right: Sign in with a browser that you have used"),
        (replace(VALID, blocked_at=NOON), ":arrow_right: You cannot sign in at the moment."),
        (
            replace(VALID, temporary=True, expires_at=NOON),
            ":arrow_right: You cannot sign in at the moment.",
        ),
        (replace(VALID, expires_at=NOON), ":arrow_right: Open the portal and sign in with your pr"),
        (STATUSES[0], ":arrow_right: Open the portal and sign in with your username"),
        (
            replace(VALID, expires_at=NOON + SOON),
            ":arrow_right: Choose a new password in the portal by 16 March 2026.",
        ),
        (
            replace(VALID, expires_at=NOON + SOON + timedelta(seconds=1)),
            ":white_check_mark: Your account is in order.",
        ),
    ],
)
def test_what_to_do_next_depends_on_the_password(  # R70, R78, D1-D3
    rulebook: Rulebook, status: AccountStatus, step: str
) -> None:
    context = ViewContext(NOON, "UTC", "x", rulebook.catalogue)

    assert next_step_text(status, context, texts("en")).startswith(step)
