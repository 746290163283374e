"""The base class of refusals, and refusals of a field's value, such as a taken e-mail address."""

from enum import StrEnum


class RuleError(Exception):
    """A refusal: an expected answer to a person, not a crash. Its text holds no secret."""


class InputError(RuleError):
    """The input of `field` is not acceptable."""

    def __init__(self, field: str) -> None:
        super().__init__(f"The field {field} is not acceptable.")
        self.field = field


class RequiredError(InputError):
    """The field must be filled in (R41-R44); it is not for fields that a form marks optional."""


class NameFault(StrEnum):
    """The faults of a person's name."""

    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    NO_LETTER = "no_letter"
    WEB_ADDRESS = "web_address"
    DIGITS = "digits"
    SIGNS = "signs"
    SCRIPTS = "scripts"


class BadNameError(InputError):
    """The name cannot be a person's name (D32); `signs` are the characters that no name has."""

    def __init__(self, field: str, fault: NameFault, signs: str = "") -> None:
        super().__init__(field)
        self.fault = fault
        self.signs = signs


class WebAddressError(InputError):
    """The text goes out in the product's name and holds the address of a web site (D32)."""


class UsernameInTextError(InputError):
    """The text may go out by e-mail and contains a username (R55, D10)."""


class BadEmailError(InputError):
    """The text is not an e-mail address that mail can reach (R44, D9)."""

    def __init__(self, field: str = "email") -> None:
        super().__init__(field)


class BadPhoneError(InputError):
    """The text is not a telephone number (R47)."""

    def __init__(self, field: str = "phone") -> None:
        super().__init__(field)


class BadPhoneDigitsError(BadPhoneError):
    """The text has a country code and is not a telephone number of that country (R47)."""


class UsernameFault(StrEnum):
    """The faults of a username."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"


class BadUsernameError(InputError):
    """The text is not 3 to 30 characters of `[a-z0-9._-]` (D8).

    `least` and `most` are the numbers of characters that it may have, if that is the fault.
    """

    def __init__(
        self, fault: UsernameFault, field: str = "username", *, least: int = 0, most: int = 0
    ) -> None:
        super().__init__(field)
        self.fault = fault
        self.least = least
        self.most = most


class UnknownLanguageError(InputError):
    """The text is not one of the 24 official languages (D20)."""

    def __init__(self, field: str = "language") -> None:
        super().__init__(field)


class UnknownRoleError(InputError):
    """A role the catalogue does not have, or in a module the authority does not have (D13)."""

    def __init__(self, field: str = "roles") -> None:
        super().__init__(field)


class EmailTakenError(InputError):
    """Another user has this e-mail address (R45, R46)."""

    def __init__(self, field: str = "email") -> None:
        super().__init__(field)


class UsernameTakenError(InputError):
    """Another user has the username (R53); `suggestion` is free at this moment."""

    def __init__(self, suggestion: str, field: str = "username") -> None:
        super().__init__(field)
        self.suggestion = suggestion


class UsernameMailedError(InputError):
    """The user's e-mails would show this username (R55); they would not show `suggestion`."""

    def __init__(self, suggestion: str, field: str = "username") -> None:
        super().__init__(field)
        self.suggestion = suggestion


class MemberTakenError(InputError):
    """The Slack member is linked to another IMI user (D21)."""

    def __init__(self, field: str = "member") -> None:
        super().__init__(field)


class OwnLinkError(InputError):
    """Users cannot change their own link to a Slack member (D21)."""

    def __init__(self) -> None:
        super().__init__("member")


class NameTakenError(InputError):
    """Another authority has this official name (D15)."""

    def __init__(self, field: str = "official_name") -> None:
        super().__init__(field)


class BadCountryError(InputError):
    """The text is not the two-letter code of a country."""

    def __init__(self, field: str = "country") -> None:
        super().__init__(field)


class UnknownModuleError(InputError):
    """A module that the catalogue does not have (D24)."""

    def __init__(self, field: str = "modules") -> None:
        super().__init__(field)


class ModuleNeededError(InputError):
    """A module that an authority is to coordinate without having it (D18)."""

    def __init__(self, field: str = "coordinating") -> None:
        super().__init__(field)


class UnknownKeywordError(InputError):
    """A keyword that the catalogue does not have in this module (D24)."""

    def __init__(self, field: str = "keywords") -> None:
        super().__init__(field)


class BadWebSiteError(InputError):
    """The text is not the address of a web site (D16)."""

    def __init__(self, field: str = "web_site") -> None:
        super().__init__(field)


class TextTooLongError(InputError):
    """The text is longer than `most` characters."""

    def __init__(self, field: str, most: int) -> None:
        super().__init__(field)
        self.most = most


class BadChannelError(InputError):
    """The id is not that of a channel, for example that of somebody's direct messages (D16)."""

    def __init__(self, field: str = "team_channel") -> None:
        super().__init__(field)


class MemberNeededError(InputError):
    """The user has no Slack member that IMI knows, and none was picked (D12)."""

    def __init__(self, field: str = "member") -> None:
        super().__init__(field)


class BadCoordinatorError(InputError):
    """The authority is no coordinator in this module, is the same one, or is linked (D18)."""

    def __init__(self, field: str = "coordinators") -> None:
        super().__init__(field)


class NotConfirmedError(InputError):
    """The text typed as a confirmation is not the one asked for."""

    def __init__(self, field: str = "confirmation") -> None:
        super().__init__(field)


class PasswordRule(StrEnum):
    """The rules of a password, in the order in which people read them."""

    LENGTH = "length"  # R72
    UPPER_CASE = "upper_case"  # R73
    LOWER_CASE = "lower_case"  # R74
    NUMBER = "number"  # R75
    NOT_TOO_LONG = "not_too_long"
    NOT_COMMON = "not_common"
    NOT_PERSONAL = "not_personal"
    NOT_RECENT = "not_recent"  # R71


class WeakPasswordError(InputError):
    """The password breaks the rules in `broken` (R71-R75); the error does not hold the password."""

    def __init__(self, broken: tuple[PasswordRule, ...], field: str = "password") -> None:
        super().__init__(field)
        self.broken = broken


class FormError(RuleError):
    """All errors of one form, so that each can be shown at its field."""

    def __init__(self, errors: tuple[InputError, ...]) -> None:
        super().__init__("Fields that are not acceptable: " + ", ".join(e.field for e in errors))
        self.errors = errors
