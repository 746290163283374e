"""Translated texts by gettext, with dates and names of countries in each language."""

import gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from operator import itemgetter
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from core.languages.sorting import in_alphabet
from core.languages.tags import FALLBACK
from core.time_zones import UTC_NAME, zone_of

# The country whose spelling and dates a language has here, if it is not the one that CLDR assumes.
_COUNTRIES = {"en": "GB", "pt": "PT"}

# The placeholders that stand for a count, which is written as in 10,000 or 10.000.
_COUNTS = frozenset({"number", "shown", "total", "done"})
# Smaller numbers are written with their digits alone in every language.
_GROUPED_FROM = 1000

LOCALE_DIR = Path(__file__).parent / "locale"
# The two PO files of each language: texts of the code, and names of modules, roles and keywords.
TEXTS, NAMES = "imi", "names"


def po_path(language: str, folder: Path = LOCALE_DIR, domain: str = TEXTS) -> Path:
    """Return the path of the language's PO file; English has none, its texts are in the code."""
    return folder / language / "LC_MESSAGES" / f"{domain}.po"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language, or of English if the language is not translated completely."""

    language: str
    translations: gettext.NullTranslations

    def gettext(self, message: str, **values: object) -> str:
        """Return the message in this language, with its `{placeholders}` filled in."""
        return self.translations.gettext(message).format_map(self._shown(values))

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the plural form for the number, which fills `{number}`."""
        text = self.translations.ngettext(one, many, number)
        return text.format_map(self._shown({"number": number, **values}))

    def pgettext(self, context: str, message: str, **values: object) -> str:
        """Return the message as translated for this context, with its placeholders filled in."""
        return self.translations.pgettext(context, message).format_map(self._shown(values))

    def date(self, moment: datetime, tz: str = "UTC") -> str:
        """Return the date in that time zone, with the month written out; an unknown zone is UTC."""
        return format_date(moment.astimezone(zone_of(tz)), "long", locale=self._locale)

    def moment(self, moment: datetime, tz: str = "UTC") -> str:
        """Return date and time in that time zone; UTC, which an unknown zone is too, is named."""
        zone, locale = zone_of(tz), self._locale
        day = format_date(moment.astimezone(zone), "medium", locale=locale)
        time = format_time(moment, "short", tzinfo=zone, locale=locale)
        shown = str(locale.datetime_formats["medium"]).format(time, day)
        return f"{shown} UTC" if zone.key == UTC_NAME else shown

    def language_name(self, code: str) -> str:
        """Return the name of the language `code` in that language itself, with a capital."""
        name = Locale(code).get_display_name(code) or code
        return name[0].upper() + name[1:]

    def country_name(self, code: str) -> str:
        """Return the country's name in this language; an unknown code is returned as it is."""
        return str(self._locale.territories.get(code, code))

    def countries(self, codes: Iterable[str]) -> dict[str, str]:
        """Return the names of the countries by code, in the order of this language's alphabet."""
        named = ((code, self.country_name(code)) for code in codes)
        return dict(in_alphabet(named, self.shown_language, itemgetter(1)))

    @property
    def shown_language(self) -> str:
        """Return the language that the texts are in: English while they are not translated.

        Pages and letters name it, so that a screen reader pronounces them rightly.
        """
        is_translated = isinstance(self.translations, gettext.GNUTranslations)
        return self.language if is_translated else FALLBACK

    def _shown(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return the values with the counts among them as this language writes numbers."""
        return {
            name: format_decimal(value, locale=self._locale)
            if name in _COUNTS and isinstance(value, int) and value >= _GROUPED_FROM
            else value
            for name, value in values.items()
        }

    @property
    def _locale(self) -> Locale:
        # Texts without translations are English, so their dates must be English too.
        return locale_of(self.shown_language)


@cache
def locale_of(language: str) -> Locale:
    """Return the locale of one of the 24 languages, as the Union writes it.

    English is that of the United Kingdom and Portuguese that of Portugal; without a country they
    would be those of the United States and Brazil.
    """
    return Locale(language, _COUNTRIES.get(language))


@cache
def texts(language: str, folder: Path = LOCALE_DIR) -> Texts:
    """Return the texts of one of the 24 languages; English while one is missing (D25)."""
    path = po_path(language, folder)
    if language == FALLBACK or not path.exists():
        return Texts(language, gettext.NullTranslations())
    return Texts(language, _translations(path, language))


def _translations(path: Path, language: str) -> gettext.NullTranslations:
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    if not all(map(is_translated, messages)):
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def is_translated(message: Message) -> bool:
    """Return whether all forms of the message have a translation that is not fuzzy."""
    forms = [message.string] if isinstance(message.string, str) else message.string or [""]
    return not message.id or (not message.fuzzy and all(forms))
