"""Validates and normalises e-mail addresses and telephone numbers (R44-R47, D9).

The libraries are imported on first use to shorten the start (`benchmarks/start.py`).
"""

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.countries import ISO_COUNTRIES
from core.errors import BadEmailError, BadPhoneDigitsError, BadPhoneError, RequiredError
from core.text.characters import without_format_characters

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

# The beginnings of a telephone number with a country code.
_INTERNATIONAL = ("+", "00")


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address: mail is sent to `text`, and `key` is unique among users (R46, D9)."""

    text: str
    key: str


def email_of(text: str, field: str = "email") -> EmailAddress:
    """Return the e-mail address in the text; the key ignores case and Unicode spelling (D9).

    Where possible `text` is in ASCII, so that every mail server accepts it. Characters without a
    width, which are copied unseen with an address, are left out.

    Raises:
        RequiredError: the text is blank.
        BadEmailError: the text does not have the form of a deliverable address.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    typed = without_format_characters(text).strip()
    if not typed:
        raise RequiredError(field)
    try:
        # `test_environment` accepts the domain `.test`, which the demo uses.
        address = validate_email(
            typed, check_deliverability=False, strict=True, test_environment=True
        )
    except EmailNotValidError:
        # Without a cause: the library's message quotes the text.
        raise BadEmailError(field) from None
    if "." not in address.domain:
        raise BadEmailError(field)
    return EmailAddress(address.ascii_email or address.normalized, _key_of(address))


def phone_of(text: str, country: str, field: str = "phone") -> str | None:
    """Return the telephone number in the text in E.164 form; None when the text is blank (R47).

    A number without a country code is read as one of `country`, the authority's two-letter code,
    which may be the Union's EL or UK.

    Raises:
        BadPhoneError: not a valid number, or one with an extension, which E.164 cannot hold.
    """
    import phonenumbers  # noqa: PLC0415

    typed = without_format_characters(text).strip()
    if not typed:
        return None
    refusal = BadPhoneDigitsError if typed.startswith(_INTERNATIONAL) else BadPhoneError
    region = country.upper()
    try:
        number = phonenumbers.parse(typed, ISO_COUNTRIES.get(region, region))
    except phonenumbers.NumberParseException:
        raise refusal(field) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise refusal(field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _key_of(address: "ValidatedEmail") -> str:
    # Canonical caseless matching, Unicode standard, D145.
    folded = unicodedata.normalize("NFD", address.local_part).casefold()
    return f"{unicodedata.normalize('NFC', folded)}@{address.ascii_domain.lower()}"
