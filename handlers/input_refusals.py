"""Texts of errors in what somebody typed or chose, in the reader's language."""

from core.errors import (
    BadChannelError,
    BadCoordinatorError,
    BadCountryError,
    BadEmailError,
    BadPhoneDigitsError,
    BadPhoneError,
    BadWebSiteError,
    EmailTakenError,
    HiddenRowError,
    InputError,
    MemberNeededError,
    MemberTakenError,
    ModuleNeededError,
    NameTakenError,
    NotConfirmedError,
    OwnLinkError,
    RequiredError,
    RuleError,
    UnknownKeywordError,
    UnknownLanguageError,
    UnknownModuleError,
    UnknownRoleError,
    UsernameInTextError,
    WebAddressError,
)
from core.languages.calling_codes import calling_code
from core.languages.texts import Texts


def input_texts(t: Texts) -> dict[type[RuleError], str]:
    """Return the text of each error in what somebody typed or chose, by its class."""
    _ = t.gettext
    return {
        RequiredError: _("Please fill in this field."),
        BadEmailError: _(
            "This is not a valid e-mail address. Write it like this: name@authority.example."
        ),
        BadPhoneError: _(
            "This is not a valid telephone number. Write it with the country code: {example}",
            example=f"+{calling_code(t.language)}…",
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
        ModuleNeededError: _(
            "An authority can only coordinate modules that it has. Tick the module in the list"
            " of modules too."
        ),
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
        UsernameInTextError: _(
            "This text can be sent by e-mail, and no e-mail may contain a username. Leave the"
            " username out of it."
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
