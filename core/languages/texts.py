"""Translated texts from gettext catalogues, with dates and names of countries in each language."""

import gettext
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.languages.tags import FALLBACK
from core.time_zones import UTC_NAME, zone_of

# A message that every translated catalogue translates.
_SAMPLE = "Your account in IMI"

CATALOGUES = Path(__file__).parent / "locale"


def catalogue_of(language: str, folder: Path = CATALOGUES) -> Path:
    """Return the path of the language's catalogue; English has none, its texts are in the code."""
    return folder / language / "LC_MESSAGES" / "imi.po"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; messages without a translation are returned in English."""

    language: str
    translations: gettext.NullTranslations

    def gettext(self, message: str, **values: object) -> str:
        """Return the message in this language, with its `{placeholders}` filled in."""
        return self.translations.gettext(message).format_map(values)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the plural form for the number, which fills `{number}`."""
        text = self.translations.ngettext(one, many, number)
        return text.format_map({"number": number, **values})

    def pgettext(self, context: str, message: str, **values: object) -> str:
        """Return the message as translated for this context, with its placeholders filled in."""
        return self.translations.pgettext(context, message).format_map(values)

    def date(self, moment: datetime, tz: str = "UTC") -> str:
        """Return the date in that time zone, with the month written out; an unknown zone is UTC."""
        return format_date(moment.astimezone(zone_of(tz)), "long", locale=self._locale)

    def moment(self, moment: datetime, tz: str = "UTC") -> str:
        """Return date and time in that time zone; UTC, which an unknown zone is too, is named."""
        zone = zone_of(tz)
        shown = format_datetime(moment, "d MMM y HH:mm", tzinfo=zone, locale=self._locale)
        return f"{shown} UTC" if zone.key == UTC_NAME else shown

    def language_name(self, code: str) -> str:
        """Return the name of the language `code` in that language itself, with a capital."""
        name = Locale(code).get_display_name(code) or code
        return name[0].upper() + name[1:]

    def country_name(self, code: str) -> str:
        """Return the country's name in this language; an unknown code is returned as it is."""
        return str(self._locale.territories.get(code, code))

    @property
    def _locale(self) -> Locale:
        # Texts without translations are English, so their dates must be English too.
        if self.language == FALLBACK or not self._translated:
            return Locale("en", "GB")
        return Locale(self.language)

    @property
    def _translated(self) -> bool:
        return self.translations.gettext(_SAMPLE) != _SAMPLE


@cache
def texts(language: str, folder: Path = CATALOGUES) -> Texts:
    """Return the texts of one of the 24 languages."""
    path = catalogue_of(language, folder)
    if language == FALLBACK or not path.exists():
        return Texts(language, gettext.NullTranslations())
    return Texts(language, _translations(path, language))


def _translations(path: Path, language: str) -> gettext.NullTranslations:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
