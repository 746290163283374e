"""The columns of an import file, and the headers by which they are recognised."""

import re
import unicodedata
from functools import cache, lru_cache

from core.languages.tags import LANGUAGES
from core.languages.texts import Texts, texts
from core.text.characters import without_format_characters

FIELDS = ("first_name", "last_name", "language", "email", "phone", "username", "roles")
REQUIRED_FIELDS = frozenset({"first_name", "last_name", "language", "email"})


def labels(t: Texts) -> dict[str, str]:
    """Return each column's label in a language, the same as in the exported list of users."""
    _ = t.gettext
    return {
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "language": _("Working language"),
        "email": _("E-mail"),
        "phone": _("Telephone"),
        "username": _("Username"),
        "roles": _("Roles"),
    }


@lru_cache(maxsize=1000)
def field_of(header: str) -> str | None:
    """Return the field that a header names, by field name or label in any language, or None."""
    return _field_by_header().get(_normalized(header))


@lru_cache(maxsize=1000)
def language_tag_of(text: str) -> str:
    """Return the tag of a language written as tag or as its name; an unknown text as it is."""
    return _tag_by_name().get(_normalized(text), text)


@cache
def _field_by_header() -> dict[str, str]:
    fields = {_normalized(name): name for name in FIELDS}
    for language in LANGUAGES:
        for name, label in labels(texts(language)).items():
            fields.setdefault(_normalized(label), name)
    return fields


@cache
def _tag_by_name() -> dict[str, str]:
    english = texts("en")
    return {_normalized(english.language_name(tag)): tag for tag in LANGUAGES}


def _normalized(text: str) -> str:
    """Return the text without case, invisible characters and kinds of blanks and hyphens.

    A colon or an asterisk at the end, as forms have it, does not matter either.
    """
    words = without_format_characters(unicodedata.normalize("NFKC", text)).casefold()
    return re.sub(r"[\W_]+", "_", words.rstrip(" :*")).strip("_")
