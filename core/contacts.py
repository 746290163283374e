"""Validates and normalises e-mail addresses, telephone numbers and web sites (R44-R47, D9, D16).

The libraries are imported on first use to shorten the start (`benchmarks/start.py`).
"""

import ipaddress
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.countries import ISO_COUNTRIES
from core.errors import (
    BadEmailError,
    BadPhoneDigitsError,
    BadPhoneError,
    BadWebSiteError,
    RequiredError,
)
from core.text.characters import is_visible, without_format_characters, without_outer_blanks
from core.text_lengths import LONGEST_WEB_SITE

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


def web_site_of(text: str) -> str:
    """Return the URL of a web site, with `https://` added if no scheme was typed; empty for none.

    Raises:
        BadWebSiteError: the URL is malformed, not HTTP, or not on a public domain name.
    """
    typed = without_outer_blanks(text)
    if not typed:
        return ""
    address = typed if "://" in typed else f"https://{typed}"
    if len(address) > LONGEST_WEB_SITE or " " in address or not is_visible(address):
        raise BadWebSiteError
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise BadWebSiteError from None
    if parts.scheme not in {"http", "https"} or parts.username or not _is_domain_name(host):
        raise BadWebSiteError
    return address


def _is_domain_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        return len(labels) > 1 and all(labels)
    return False
