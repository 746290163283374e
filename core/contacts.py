"""E-mail addresses and telephone numbers, made valid or not at all (R44-R47, D9)."""

import unicodedata
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from core.errors import BadEmailError, BadPhoneError, RequiredError

# The Union's own country codes differ from ISO 3166 in these two (Interinstitutional style guide).
_ISO_COUNTRIES = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address: `text` is what mail is sent to, `key` what makes it unique (R46, D9)."""

    text: str
    key: str


def email_of(text: str, field: str = "email") -> EmailAddress:
    """Return what was typed as an address; the key ignores case and Unicode spelling (D9).

    Mail goes to the domain's ASCII form where it can, so that any mail server takes it.

    Raises:
        RequiredError: nothing was typed.
        BadEmailError: no address that mail can reach, as far as its form tells.
    """
    typed = text.strip()
    if not typed:
        raise RequiredError(field)
    try:
        # As a test environment, because it lets `.test` pass, which the demo's people live in.
        address = validate_email(
            typed, check_deliverability=False, strict=True, test_environment=True
        )
    except EmailNotValidError:
        # Without a cause: the library's text quotes what was typed.
        raise BadEmailError(field) from None
    if "." not in address.domain:
        raise BadEmailError(field)
    return EmailAddress(address.ascii_email or address.normalized, _key_of(address))


def phone_of(text: str, country: str, field: str = "phone") -> str | None:
    """Return what was typed as E.164, read as people in `country` write it; None when blank (R47).

    `country` is the authority's two-letter code, the Union's EL and UK included.

    Raises:
        BadPhoneError: no telephone number, or one with an extension, which E.164 cannot hold.
    """
    if not text.strip():
        return None
    region = country.upper()
    try:
        number = phonenumbers.parse(text, _ISO_COUNTRIES.get(region, region))
    except phonenumbers.NumberParseException:
        raise BadPhoneError(field) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise BadPhoneError(field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _key_of(address: ValidatedEmail) -> str:
    # Canonical caseless matching, Unicode standard, D145.
    folded = unicodedata.normalize("NFD", address.local_part).casefold()
    return f"{unicodedata.normalize('NFC', folded)}@{address.ascii_domain.lower()}"
