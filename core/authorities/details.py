"""The editable data of an authority: its fields, their validation and their comparison (D16)."""

import hashlib
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from core.authorities.field_checks import channel_of, required_line, title_of
from core.authorities.rules import Authority
from core.contacts import email_of, phone_of, web_site_of
from core.countries import country_of
from core.errors import RequiredError, TextTooLongError
from core.forms import FormValidator
from core.languages.tags import language_of
from core.text.characters import in_lines, one_line
from core.text_lengths import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_OFFICIAL_NAME,
    LONGEST_PLACE,
    LONGEST_TITLE,
)


@dataclass(frozen=True, slots=True)
class AuthorityDetails:
    """The fields as texts, empty if there is no value; `languages` are tags separated by spaces."""

    official_name: str
    informal_title: str
    description: str
    text_language: str
    email: str
    phone: str
    address: str
    place: str
    web_site: str
    country: str
    languages: str
    team_channel: str


def details_of(authority: Authority) -> AuthorityDetails:
    """Return the stored data of an authority."""
    return AuthorityDetails(
        official_name=authority.official_name,
        informal_title=authority.informal_title,
        description=authority.description,
        text_language=authority.text_language,
        email=authority.email,
        phone=authority.phone or "",
        address=authority.address,
        place=authority.place,
        web_site=authority.web_site or "",
        country=authority.country,
        languages=" ".join(authority.languages),
        team_channel=authority.team_channel or "",
    )


def checked_details(
    typed: AuthorityDetails, stored: AuthorityDetails | None = None
) -> AuthorityDetails:
    """Return the typed data, validated and normalised for storage.

    Name and title that equal those in `stored` are accepted as they are: they may be older than
    the rules for them (D32).

    Raises:
        FormError: one error for each invalid field (R30, D16).
    """
    form = FormValidator()
    country = form.checked(lambda: country_of(typed.country)) or ""
    values = {
        "official_name": form.checked(
            lambda: _title(typed, stored, "official_name", LONGEST_OFFICIAL_NAME)
        ),
        "informal_title": form.checked(
            lambda: _title(typed, stored, "informal_title", LONGEST_TITLE)
        ),
        "description": form.checked(lambda: _long_text(typed.description)),
        "text_language": form.checked(lambda: language_of(typed.text_language, "text_language")),
        "email": form.checked(lambda: email_of(typed.email).text),
        "phone": form.checked(lambda: phone_of(typed.phone, country)),
        "address": form.checked(lambda: _text(typed, "address", LONGEST_ADDRESS, empty=True)),
        "place": form.checked(lambda: _text(typed, "place", LONGEST_PLACE, empty=True)),
        "web_site": form.checked(lambda: web_site_of(typed.web_site)),
        "languages": form.checked(lambda: _languages(typed.languages)),
        "team_channel": form.checked(lambda: channel_of(typed.team_channel)),
    }
    form.raise_errors()
    return AuthorityDetails(
        country=country, **{name: value or "" for name, value in values.items()}
    )


def host_of(web_site: str) -> str:
    """Return the web site's host without `www.`, for comparing authorities; empty for none."""
    return (urlsplit(web_site).hostname or "").removeprefix("www.")


def field_versions(details: AuthorityDetails) -> dict[str, str]:
    """Return a version mark of each field by name, for the optimistic concurrency check (D23)."""
    names = (field.name for field in fields(AuthorityDetails))
    return {name: version_of(getattr(details, name)) for name in names}


def version_of(text: str) -> str:
    """Return the version mark of a text: the first eight hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _text(typed: AuthorityDetails, field: str, limit: int, *, empty: bool = False) -> str:
    text = getattr(typed, field)
    if empty and not one_line(text):
        return ""
    return required_line(text, field, limit)


def _title(typed: AuthorityDetails, stored: AuthorityDetails | None, field: str, limit: int) -> str:
    text = str(getattr(typed, field))
    is_stored = stored is not None and text != "" and text == getattr(stored, field)
    return text if is_stored else title_of(text, field, limit)


def _long_text(text: str) -> str:
    description = in_lines(text)
    if len(description) > LONGEST_DESCRIPTION:
        raise TextTooLongError("description", LONGEST_DESCRIPTION)
    return description


def _languages(text: str) -> str:
    tags = text.split()
    if not tags:
        raise RequiredError("languages")
    return " ".join(dict.fromkeys(language_of(tag, "languages") for tag in tags))
