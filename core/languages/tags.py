"""The two-letter tags of the 24 official languages of the EU (R43, D20).

A new language needs its tag here, its texts and names (`make texts` makes the files in
`locale/<tag>/LC_MESSAGES`, to be filled in), its terms in `glossary/<tag>.toml`, its letters in
`alphabets.py`, and the code pages of its files in `core/imports/code_pages.py`.
"""

import re

from core.errors import RequiredError, UnknownLanguageError

# In the order of their own names, as the institutions of the Union list them.
LANGUAGES = (
    *("bg", "es", "cs", "da", "de", "et", "el", "en", "fr", "ga", "hr", "it"),
    *("lv", "lt", "hu", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "fi", "sv"),
)
FALLBACK = "en"


def language_of(text: str, field: str = "language") -> str:
    """Return the tag of the working language in the text (R43, D20).

    Raises:
        RequiredError: the text is blank.
        UnknownLanguageError: it is not one of the 24.
    """
    tag = text.strip().lower()
    if not tag:
        raise RequiredError(field)
    if tag not in LANGUAGES:
        raise UnknownLanguageError(field)
    return tag


def official_languages_of(country: str) -> tuple[str, ...]:
    """Return which of the 24 are official languages of the country, the most used first (CLDR)."""
    # Reads CLDR's data on all countries.
    from babel.languages import get_official_languages  # noqa: PLC0415

    return tuple(tag for tag in get_official_languages(country) if tag in LANGUAGES)


def from_locale(slack_locale: str | None) -> str:
    """Return the language of a Slack locale such as `da-DK`; English if it is not one of the 24."""
    tag = re.split(r"[-_]", slack_locale or FALLBACK)[0].lower()
    return tag if tag in LANGUAGES else FALLBACK
