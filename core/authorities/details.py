"""The data of the Authority tab: what is typed, what it must be, what differs (D16)."""

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from core.authorities.registration_form import country_of, text_of
from core.authorities.rules import Authority
from core.contacts import email_of, phone_of
from core.errors import BadWebSiteError, RequiredError, TextTooLongError
from core.forms import FormValidator
from core.languages.tags import language_of
from core.limits import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_OFFICIAL_NAME,
    LONGEST_PLACE,
    LONGEST_TITLE,
    LONGEST_WEB_SITE,
)
from core.text.characters import in_lines, is_seen

_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class AuthorityDetails:
    """The data as texts, empty where there is none; `languages` are tags with spaces between."""

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
    """Return the data as it is."""
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


def checked(typed: AuthorityDetails) -> AuthorityDetails:
    """Return the data as it is to be kept.

    Raises:
        FormError: one error for each field that is not acceptable (R30, D16).
    """
    form = FormValidator()
    country = form.checked(lambda: country_of(typed.country)) or ""
    found = {
        "official_name": form.checked(lambda: _text(typed, "official_name", LONGEST_OFFICIAL_NAME)),
        "informal_title": form.checked(lambda: _text(typed, "informal_title", LONGEST_TITLE)),
        "description": form.checked(lambda: _long_text(typed.description)),
        "text_language": form.checked(lambda: language_of(typed.text_language, "text_language")),
        "email": form.checked(lambda: email_of(typed.email).text),
        "phone": form.checked(lambda: phone_of(typed.phone, country)),
        "address": form.checked(lambda: _text(typed, "address", LONGEST_ADDRESS, empty=True)),
        "place": form.checked(lambda: _text(typed, "place", LONGEST_PLACE, empty=True)),
        "web_site": form.checked(lambda: web_site_of(typed.web_site)),
        "languages": form.checked(lambda: _languages(typed.languages)),
        "team_channel": form.checked(lambda: _channel(typed.team_channel)),
    }
    form.refuse()
    whole = {name: value or "" for name, value in found.items()}
    return AuthorityDetails(country=country, **whole)


def web_site_of(text: str) -> str:
    """Return the address of a web site, with `https://` where none is typed; empty for none.

    Raises:
        BadWebSiteError: no address that a browser outside could open.
    """
    typed = text.strip()
    if not typed:
        return ""
    address = typed if "://" in typed else f"https://{typed}"
    if len(address) > LONGEST_WEB_SITE or " " in address or not is_seen(address):
        raise BadWebSiteError
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise BadWebSiteError from None
    if parts.scheme not in {"http", "https"} or parts.username or not _is_name(host):
        raise BadWebSiteError
    return address


def _channel(text: str) -> str:
    # Slack would post as a DM what goes to a member's id.
    if text and not _CHANNEL.fullmatch(text):
        raise RequiredError("team_channel")
    return text


def host_of(web_site: str) -> str:
    """Return the web site's host without `www.`, to compare authorities by; empty for none."""
    return (urlsplit(web_site).hostname or "").removeprefix("www.")


def differing(one: AuthorityDetails, other: AuthorityDetails) -> tuple[str, ...]:
    """Return the names of the fields that differ."""
    names = (field.name for field in fields(AuthorityDetails))
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def marks_of(details: AuthorityDetails) -> dict[str, str]:
    """Return a short mark of each field, to travel with a form and tell what others changed."""
    names = (field.name for field in fields(AuthorityDetails))
    return {name: mark_of(getattr(details, name)) for name in names}


def changed_since(details: AuthorityDetails, marks: Mapping[str, str]) -> tuple[str, ...]:
    """Return the fields that no longer are as marked (D23)."""
    return tuple(name for name, mark in marks_of(details).items() if marks.get(name) != mark)


def mark_of(text: str) -> str:
    """Return a short mark of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _text(typed: AuthorityDetails, field: str, most: int, *, empty: bool = False) -> str:
    text = getattr(typed, field)
    if empty and not text.strip():
        return ""
    return text_of(text, field, most)


def _long_text(text: str) -> str:
    whole = in_lines(text)
    if len(whole) > LONGEST_DESCRIPTION:
        raise TextTooLongError("description", LONGEST_DESCRIPTION)
    return whole


def _languages(text: str) -> str:
    tags = text.split()
    if not tags:
        raise RequiredError("languages")
    return " ".join(dict.fromkeys(language_of(tag, "languages") for tag in tags))


def _is_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        return len(labels) > 1 and all(labels)
    return False
