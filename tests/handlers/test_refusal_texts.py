"""Tests of the text of every refusal."""

import inspect
from datetime import timedelta

import pytest

from core import errors
from core.errors import (
    BadCellError,
    BadFileError,
    BadNameError,
    BadPhoneDigitsError,
    BadPhoneError,
    BadUsernameError,
    CellProblem,
    EditedMeanwhileError,
    FileProblem,
    FormError,
    LastHolderError,
    MemberFault,
    MemberRefusedError,
    NameFault,
    PasswordRule,
    RepeatedError,
    RequestPausedError,
    RequiredError,
    RuleError,
    SurplusCellsError,
    TextTooLongError,
    ThrottledError,
    UnknownKeywordError,
    UnknownRoleError,
    UsernameFault,
    UsernameInTextError,
    UsernameMailedError,
    UsernameTakenError,
    WebAddressError,
)
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from handlers.password_rule_texts import password_rule_text
from handlers.refusal_texts import field_errors, refusal_lines, refusal_text, throttled_text
from tests.times import NOON

UNSAID = "This is not possible."
# Base classes, and refusals that another page explains.
ABOVE = {"RuleError", "FormError", "NotAllowedError", "SignInError", "WeakPasswordError"}


def refusals() -> list[RuleError]:
    plain = [
        cls
        for name, cls in inspect.getmembers(errors, inspect.isclass)
        if issubclass(cls, RuleError) and name not in ABOVE
    ]
    made: list[RuleError] = [
        *(BadNameError("first_name", fault) for fault in NameFault),
        *(BadUsernameError(fault) for fault in UsernameFault),
        *(BadFileError(problem, ("email",)) for problem in FileProblem),
        BadFileError(FileProblem.COLUMNS, ("email",), found="Ida, Lund"),
        *(BadCellError("email", problem) for problem in CellProblem),
        SurplusCellsError(("PR:BASIC",)),
        WebAddressError("informal_title"),
        UsernameInTextError("report"),
        RepeatedError("email", 3),
        *(MemberRefusedError(fault, "member") for fault in MemberFault),
        UsernameTakenError("free"),
        UsernameMailedError("free"),
        ThrottledError(NOON, timedelta(seconds=61)),
        RequestPausedError(NOON),
        RequiredError("email"),
        errors.InputError("email"),
        EditedMeanwhileError(("phone",)),
        TextTooLongError("report", 1000),
        LastHolderError(ADMINISTRATOR, 1),
        errors.UserGoneError("Jonas Lund"),
        errors.UserGoneError(""),
    ]
    for cls in plain:
        if type(cls) is type and not any(isinstance(one, cls) for one in made):
            made.append(cls())
    return made


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: type(refusal).__name__)
def test_every_refusal_has_a_text_of_its_own(refusal: RuleError) -> None:
    english, danish = refusal_text(refusal, "en"), refusal_text(refusal, "da")

    assert english not in {UNSAID, ""}
    assert danish != english


def test_a_refusal_without_a_text_gets_a_general_one() -> None:
    assert refusal_text(RuleError(), "en") == UNSAID


def test_a_form_error_lists_all_errors() -> None:
    form = FormError((RequiredError("email"), BadNameError("first_name", NameFault.NO_LETTER)))

    assert refusal_lines(form, "en") == [
        "Please fill in this field.",
        "A name must contain at least one letter.",
    ]
    assert field_errors(form, "en") == {
        "email": "Please fill in this field.",
        "first_name": "A name must contain at least one letter.",
    }


def test_a_refusal_without_a_field_has_no_field_errors() -> None:
    assert field_errors(errors.NotAdministratorError(), "en") == {}
    assert field_errors(MemberRefusedError(MemberFault.BOT), "en") == {}


@pytest.mark.parametrize("rule", list(PasswordRule))
def test_every_password_rule_has_a_text(rule: PasswordRule) -> None:  # R71-R75
    policy = Policy(password_min_length=11, password_history=7)

    assert password_rule_text(rule, policy, "da") != password_rule_text(rule, policy, "en")


def test_password_rules_show_the_numbers_of_the_policy() -> None:
    policy = Policy(password_min_length=11, password_history=7)

    assert password_rule_text(PasswordRule.LENGTH, policy, "en") == "At least 11 characters"
    assert password_rule_text(PasswordRule.NOT_RECENT, policy, "en") == (
        "Not one of your last 7 passwords"
    )


@pytest.mark.parametrize("refusal", [UnknownRoleError(), UnknownKeywordError()])
def test_what_is_unknown_is_refused_in_words_for_a_form_and_a_file(
    refusal: RuleError,
) -> None:  # issue 16: "Open the form again" was said of a row of a file
    assert "form" not in refusal_text(refusal, "en")


def test_a_number_with_a_country_code_is_not_asked_for_one() -> None:  # R47, issue 16
    assert "country code" in refusal_text(BadPhoneError(), "en")
    assert "country code" not in refusal_text(BadPhoneDigitsError(), "en")


def test_a_throttle_says_in_how_many_minutes_to_try_again() -> None:  # D3
    """The reader's time zone is unknown before they sign in."""
    for seconds, expected in ((1, "1 minute."), (60, "1 minute."), (61, "2 minutes.")):
        refusal = ThrottledError(NOON, timedelta(seconds=seconds))
        assert refusal_text(refusal, "en") == f"Too many attempts. Try again in {expected}"


def test_a_throttle_says_until_when_to_a_reader_whose_zone_is_known() -> None:  # D3
    refusal = ThrottledError(NOON, timedelta(minutes=5))

    text = throttled_text(refusal, "en", "Europe/Copenhagen")

    assert text == "Too many attempts. You can try again after 2 Mar 2026, 13:05."


def test_a_pause_of_requests_is_told_in_the_readers_time_zone() -> None:  # D11
    assert "after 2 Mar 2026, 13:00." in refusal_text(
        RequestPausedError(NOON, "Europe/Copenhagen"), "en"
    )
