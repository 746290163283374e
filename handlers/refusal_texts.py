"""Texts of refusals (expected errors that are shown to the user), in the reader's language."""

import math
from datetime import timedelta

from core.errors import (
    AdministratorPresentError,
    AlreadyAskedError,
    BadCoordinatorError,
    BadCountryError,
    BadEmailError,
    BadPhoneError,
    BadWebSiteError,
    ChangedMeanwhileError,
    EditedMeanwhileError,
    EmailTakenError,
    FormError,
    HiddenRowError,
    InputError,
    LastHolderError,
    LinkedToAnotherError,
    MemberTakenError,
    NameTakenError,
    NobodyToAskError,
    NotAccessManagerError,
    NotAdministratorError,
    NotAUserError,
    NotConfirmedError,
    NotCoordinatorError,
    NotFoundError,
    NothingToSendError,
    NotTranslatorError,
    OwnLinkError,
    OwnPasswordError,
    PasswordRule,
    RepeatedError,
    RequestClosedError,
    RequestPausedError,
    RequiredError,
    ResetNeededError,
    RestoreLapsedError,
    RuleError,
    SignInRefusedError,
    StillManagesError,
    SurplusCellsError,
    TaskClosedError,
    TemporaryLapsedError,
    TextTooLongError,
    ThrottledError,
    UnknownKeywordError,
    UnknownLanguageError,
    UnknownModuleError,
    UnknownRoleError,
    UsernameMailedError,
    UsernameTakenError,
    WebAddressError,
)
from core.languages.texts import Texts, texts
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from core.text.characters import one_line
from handlers.fault_texts import fault_text

# A refusal quotes so many characters of a file.
_MOST_QUOTED = 200


def refusal_text(refusal: RuleError, language: str) -> str:
    """Return the text of a refusal: what is wrong, and what to do about it."""
    return "\n".join(refusal_lines(refusal, language))


def refusal_lines(refusal: RuleError, language: str) -> list[str]:
    """Return the text of a refusal, one line for each error in it."""
    if isinstance(refusal, FormError):
        return [_sentence(error, texts(language)) for error in refusal.errors]
    return [_sentence(refusal, texts(language))]


def throttled_text(refusal: ThrottledError, language: str, tz: str) -> str:
    """Return the text of the refusal to a reader whose time zone is known: when to try again."""
    t = texts(language)
    return t.gettext(
        "Too many attempts. You can try again after {moment}.",
        moment=t.moment(refusal.retry_at, tz),
    )


def field_errors(refusal: RuleError, language: str) -> dict[str, str]:
    """Return the text of each error by its field; empty if the refusal concerns no field."""
    errors = refusal.errors if isinstance(refusal, FormError) else (refusal,)
    by_field = {
        getattr(error, "field", None): _sentence(error, texts(language)) for error in errors
    }
    return {field: text for field, text in by_field.items() if field is not None}


def password_rule_text(rule: PasswordRule, policy: Policy, language: str) -> str:
    """Return the text of a rule of the password policy (R71-R75)."""
    t = texts(language)
    texts_by_rule = {
        PasswordRule.LENGTH: t.gettext(
            "At least {number} characters", number=policy.password_min_length
        ),
        PasswordRule.UPPER_CASE: t.gettext("At least one capital letter"),
        PasswordRule.LOWER_CASE: t.gettext("At least one small letter"),
        PasswordRule.NUMBER: t.gettext("At least one number"),
        PasswordRule.NOT_TOO_LONG: t.gettext(
            "No more than {number} characters", number=policy.password_max_length
        ),
        PasswordRule.NOT_COMMON: t.gettext("Not a password that many people use"),
        PasswordRule.NOT_PERSONAL: t.gettext("Without your own name or username"),
        PasswordRule.NOT_RECENT: t.gettext(
            "Not one of your last {number} passwords", number=policy.password_history
        ),
    }
    return texts_by_rule[rule]


def _sentence(refusal: RuleError, t: Texts) -> str:
    if isinstance(refusal, UsernameTakenError | UsernameMailedError):
        return _other_username_text(refusal, t)
    return fault_text(refusal, t) or _text_with_value(refusal, t) or _fixed_text(refusal, t)


def _text_with_value(refusal: RuleError, t: Texts) -> str:
    match refusal:
        case LastHolderError(role=role) if role == ADMINISTRATOR:
            return t.gettext(
                "Your authority must keep an administrator who can act: one with an active Slack"
                " account. Give the role to such a colleague first."
            )
        case TextTooLongError():
            return t.gettext("No more than {number} characters, please.", number=refusal.most)
        case RepeatedError():
            return t.gettext("Row {row} of the file has the same already.", row=refusal.row)
        case RequestPausedError() | ThrottledError():
            return _text_with_time(refusal, t)
        case SurplusCellsError():
            return t.gettext(
                "The first row names no column for these cells: {cells}.",
                cells=one_line(", ".join(refusal.cells))[:_MOST_QUOTED],
            )
        case _:
            return ""


def _text_with_time(refusal: RequestPausedError | ThrottledError, t: Texts) -> str:
    if isinstance(refusal, RequestPausedError):
        return t.gettext(
            "Your last request was declined. You can ask again after {moment}; until then,"
            " call an administrator of your authority.",
            moment=t.moment(refusal.until, refusal.tz),
        )
    return t.ngettext(
        "Too many attempts. Try again in {number} minute.",
        "Too many attempts. Try again in {number} minutes.",
        math.ceil(refusal.wait / timedelta(minutes=1)),
    )


def _fixed_text(refusal: RuleError, t: Texts) -> str:
    return _input_texts(t).get(type(refusal)) or _action_texts(t).get(
        type(refusal), t.gettext("This is not possible.")
    )


def _input_texts(t: Texts) -> dict[type[RuleError], str]:
    _ = t.gettext
    return {
        RequiredError: _("Please fill this in."),
        BadEmailError: _("This is no e-mail address. Write it as name@authority.example."),
        BadPhoneError: _("This is no telephone number. Write it with the country code: +45…"),
        UnknownLanguageError: _("Choose one of the 24 languages."),
        UnknownRoleError: _("Your authority does not have this role. Open the form again."),
        EmailTakenError: _(
            "A user in IMI has this address. Each user needs an address of their own."
        ),
        MemberTakenError: _("This Slack member already has an account in IMI."),
        OwnLinkError: _("Nobody changes their own Slack account here. Ask another administrator."),
        NameTakenError: _("An authority with this official name is already registered."),
        BadCountryError: _("Write the country's two-letter code, such as DK."),
        UnknownModuleError: _("The catalogue has no such module."),
        UnknownKeywordError: _("The catalogue does not have this keyword. Open the form again."),
        BadWebSiteError: _("This is no web site. Write it as https://authority.example."),
        WebAddressError: _(
            "This text goes out in messages of IMI, so it has no web address. Put a blank after a"
            " full stop between words."
        ),
        BadCoordinatorError: _(
            "This authority does not coordinate the module, or is linked already."
        ),
        HiddenRowError: _("The row is hidden in the workbook. Show it, or delete it."),
        NotConfirmedError: _("This is not what was asked for. Type it just as it is shown."),
        InputError: _("This is not acceptable."),
    }


def _action_texts(t: Texts) -> dict[type[RuleError], str]:
    _ = t.gettext
    return {
        NotAdministratorError: _(
            "Only an administrator of your authority can do this. Ask one of your administrators."
        ),
        NotAUserError: _(
            "You have no account in IMI yet. Ask an administrator of your authority to add you."
        ),
        LinkedToAnotherError: _(
            "Your account in IMI is not linked to this Slack account. Ask an administrator of your"
            " authority to link it: /imi-users edit, then your name, then Slack member."
        ),
        NotFoundError: _("It is not there any more. Open the list again."),
        ChangedMeanwhileError: _("Somebody changed this meanwhile. Please look again."),
        EditedMeanwhileError: _("Somebody changed this meanwhile. Please look again."),
        LastHolderError: _(
            "This role must stay with somebody in your authority. Give it to someone first."
        ),
        NotCoordinatorError: _("Only the national coordinator's administrators can see this."),
        NotAccessManagerError: _("Only the authority's access manager can do this. Ask them."),
        NotTranslatorError: _("Only who is in the Commission's channel translates titles."),
        AdministratorPresentError: _(
            "This authority has an administrator who can act. Ask them to do it."
        ),
        StillManagesError: _("It looks after other authorities. Hand them over first."),
        TaskClosedError: _("Somebody has translated this title meanwhile."),
        OwnPasswordError: _(
            "Nobody resets their own password. Type /imi-reset without a name to ask another"
            " administrator."
        ),
        NobodyToAskError: _(
            "Nobody else administers your authority. Turn to the access manager that looks after"
            " it."
        ),
        AlreadyAskedError: _(
            "The administrators have already received your request today. You can send another"
            " one tomorrow, or contact an administrator."
        ),
        RequestClosedError: _("This request was decided meanwhile, or has lapsed."),
        RestoreLapsedError: _("This removal can no longer be undone. Register the person anew."),
        NothingToSendError: _("There is nothing to send any more: the password is already chosen."),
        ResetNeededError: _("Reset the password, and a new temporary one goes out by e-mail."),
        SignInRefusedError: _("Username or password is not right."),
        TemporaryLapsedError: _(
            "The temporary password has run out. Ask your administrator for a new one."
        ),
    }


def _other_username_text(refusal: UsernameTakenError | UsernameMailedError, t: Texts) -> str:
    _, free = t.gettext, refusal.suggestion
    if isinstance(refusal, UsernameTakenError):
        return _("This username is in use in IMI. {suggestion} is free.", suggestion=free)
    return _(
        "The e-mails to this person show this username. {suggestion} is free.", suggestion=free
    )
