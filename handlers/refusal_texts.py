"""Texts of refusals (expected errors that are shown to the user), in the reader's language."""

import math
from datetime import timedelta

from core.errors import (
    AdministratorPresentError,
    AlreadyAskedError,
    BadChannelError,
    BadCoordinatorError,
    BadCountryError,
    BadEmailError,
    BadPhoneDigitsError,
    BadPhoneError,
    BadWebSiteError,
    ChangedMeanwhileError,
    EditedMeanwhileError,
    EmailTakenError,
    FormError,
    FormExpiredError,
    HiddenRowError,
    InputError,
    LastHolderError,
    LinkedToAnotherError,
    MemberNeededError,
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
    RequestClosedError,
    RequestPausedError,
    RequiredError,
    ResetNeededError,
    RestoreLapsedError,
    RuleError,
    SignInRefusedError,
    StillManagesError,
    TaskClosedError,
    TemporaryLapsedError,
    TextTooLongError,
    ThrottledError,
    UnknownKeywordError,
    UnknownLanguageError,
    UnknownModuleError,
    UnknownRoleError,
    UserGoneError,
    UsernameMailedError,
    UsernameTakenError,
    WebAddressError,
)
from core.languages.texts import Texts, texts
from core.role_keys import ADMINISTRATOR
from handlers.fault_texts import fault_text, row_text


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


def _sentence(refusal: RuleError, t: Texts) -> str:
    if isinstance(refusal, UsernameTakenError | UsernameMailedError):
        return _other_username_text(refusal, t)
    return (
        fault_text(refusal, t)
        or row_text(refusal, t)
        or _text_with_value(refusal, t)
        or _fixed_text(refusal, t)
    )


def _text_with_value(refusal: RuleError, t: Texts) -> str:
    match refusal:
        case LastHolderError(role=role) if role == ADMINISTRATOR:
            return t.gettext(
                "Your authority must keep an administrator who can act: one with an"
                " active Slack account. Assign the role to such a colleague first."
            )
        case TextTooLongError():
            return t.ngettext(
                "Use at most {number} character.", "Use at most {number} characters.", refusal.most
            )
        case RequestPausedError() | ThrottledError():
            return _text_with_time(refusal, t)
        case _:
            return ""


def _text_with_time(refusal: RequestPausedError | ThrottledError, t: Texts) -> str:
    if isinstance(refusal, RequestPausedError):
        return t.gettext(
            "Your last request was declined. You can send a new request after {moment}. Until then,"
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
        RequiredError: _("Please fill in this field."),
        BadEmailError: _(
            "This is not a valid e-mail address. Write it like this: name@authority.example."
        ),
        BadPhoneError: _(
            "This is not a valid telephone number. Write it with the country code: +45…"
        ),
        BadPhoneDigitsError: _(
            "This telephone number is not valid. Check the digits, and leave out any extension."
        ),
        UnknownLanguageError: _("Choose one of the 24 languages."),
        UnknownRoleError: _("Your authority does not have this role. Use one of its roles."),
        EmailTakenError: _(
            "Another IMI user already has this e-mail address. Every user needs an"
            " address of their own."
        ),
        MemberTakenError: _("This Slack member already has an account in IMI."),
        OwnLinkError: _(
            "You cannot change your own Slack link here. Ask another administrator to do it."
        ),
        NameTakenError: _("An authority with this official name is already registered."),
        BadCountryError: _("Write the country's two-letter code, such as DK."),
        UnknownModuleError: _("This module does not exist in the catalogue."),
        UnknownKeywordError: _(
            "This keyword does not exist in the catalogue. Choose another keyword."
        ),
        BadWebSiteError: _(
            "This is not a valid web address. Write it like this: https://authority.example."
        ),
        WebAddressError: _(
            "This text is used in messages from IMI, so it cannot contain a web"
            " address. Put a space after a full stop between words."
        ),
        BadChannelError: _("Choose a channel. Direct messages cannot be a team channel."),
        MemberNeededError: _(
            "IMI knows no Slack account of this colleague. Choose the colleague's Slack account"
            " here."
        ),
        BadCoordinatorError: _(
            "This authority does not coordinate the module, or is already linked."
        ),
        HiddenRowError: _("The row is hidden in the workbook. Show it, or delete it."),
        NotConfirmedError: _("The text does not match. Type it exactly as shown."),
        InputError: _("This value cannot be used."),
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
        NotFoundError: _("This entry no longer exists. Open the list again."),
        ChangedMeanwhileError: _("Someone has changed this in the meantime. Please check again."),
        EditedMeanwhileError: _("Someone has changed this in the meantime. Please check again."),
        UserGoneError: _(
            "This person was a user when the file was checked, but is no longer found"
            " under this address. Check the file again."
        ),
        FormExpiredError: _(
            "This form has been open for too long. Copy what you typed, close the form and open it"
            " again."
        ),
        LastHolderError: _(
            "At least one user in your authority must hold this role. Assign it to"
            " someone else first."
        ),
        NotCoordinatorError: _("Only the national coordinator's administrators can see this."),
        NotAccessManagerError: _(
            "Only the authority's access manager can do this. Contact the access manager."
        ),
        NotTranslatorError: _("Only members of the Commission's channel can translate titles."),
        AdministratorPresentError: _(
            "This authority has an administrator who can act. Ask that administrator to do it."
        ),
        StillManagesError: _(
            "This authority manages other authorities. Hand them over to another access"
            " manager first."
        ),
        TaskClosedError: _("Someone has translated this title in the meantime."),
        OwnPasswordError: _(
            "You cannot reset your own password. Type /imi-reset without a name to ask"
            " another administrator."
        ),
        NobodyToAskError: _(
            "Your authority has no other administrator. Contact its access manager."
        ),
        AlreadyAskedError: _(
            "The administrators have already received your request today. You can send another"
            " one tomorrow, or contact an administrator."
        ),
        RequestClosedError: _("This request has been decided in the meantime, or has expired."),
        RestoreLapsedError: _("This removal can no longer be undone. Register the person again."),
        NothingToSendError: _(
            "The user has already chosen a password; there is nothing left to send."
        ),
        ResetNeededError: _("Reset the password to send a new temporary password by e-mail."),
        SignInRefusedError: _("Username or password is not correct."),
        TemporaryLapsedError: _(
            "The temporary password has expired. Ask your administrator for a new one."
        ),
    }


def _other_username_text(refusal: UsernameTakenError | UsernameMailedError, t: Texts) -> str:
    _, free = t.gettext, refusal.suggestion
    if isinstance(refusal, UsernameTakenError):
        return _("This username is in use in IMI. {suggestion} is free.", suggestion=free)
    return _(
        "This username appears in the person's name or e-mail address, and e-mails show"
        " both. Choose another one: {suggestion} is free.",
        suggestion=free,
    )
