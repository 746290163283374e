"""The columns of a file of users, and the names under which people write them."""

from functools import cache

from core.languages.tags import LANGUAGES
from core.languages.texts import Texts, texts

FIELDS = ("first_name", "last_name", "language", "email", "phone", "username", "roles")
REQUIRED_FIELDS = frozenset({"first_name", "last_name", "language", "email"})


def labels(t: Texts) -> dict[str, str]:
    """Return what a language calls each column, as the list of users taken along does."""
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


@cache
def field_of(header: str) -> str | None:
    """Return which field a column is, by its own name or a label in any language; else None."""
    return _names().get(_folded(header))


@cache
def language_tag_of(text: str) -> str:
    """Return the tag of a language written as its tag or as its own name; else the text itself."""
    return _languages().get(_folded(text), text)


@cache
def _names() -> dict[str, str]:
    known = {_folded(name): name for name in FIELDS}
    for language in LANGUAGES:
        for name, label in labels(texts(language)).items():
            known.setdefault(_folded(label), name)
    return known


@cache
def _languages() -> dict[str, str]:
    english = texts("en")
    return {_folded(english.language_name(tag)): tag for tag in LANGUAGES}


def _folded(text: str) -> str:
    return text.strip().casefold().replace("-", "_").replace(" ", "_")
