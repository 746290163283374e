"""Compares the readings of a text under several code pages, and finds the plausible one (D33).

All code pages that were usual in Europe are candidates. A reading wins against another if, among
the cells in which they differ, one is a plausible name only in this reading, and none is less
plausible in it. A name is plausible if its letters belong to the languages of the file. If no
reading wins against all others, the file is refused, so that no user is registered under a wrong
name.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from core.text.scripts import scripts_of

# The languages of the countries in which a group of code pages was usual.
_WESTERN = ("da", "de", "en", "es", "et", "fi", "fr", "ga", "it", "nl", "pt", "sv")
_CENTRAL = ("cs", "de", "hr", "hu", "pl", "ro", "sk", "sl")
_BALTIC = ("et", "lt", "lv", "pl")
# Those of Windows first: of several pages that read alike, the first one is named.
_CODE_PAGES = (
    *((name, _WESTERN) for name in ("cp1252", "cp850", "cp437", "cp858", "cp860", "cp863")),
    *((name, _CENTRAL) for name in ("cp1250", "cp852", "iso8859_2", "mac_latin2", "mac_croatian")),
    *((name, ("el",)) for name in ("cp1253", "cp737", "cp869", "iso8859_7", "mac_greek")),
    *((name, ("bg",)) for name in ("cp1251", "cp855", "cp866", "iso8859_5", "mac_cyrillic")),
    *((name, ("bg",)) for name in ("koi8_r", "koi8_u")),
    *((name, _BALTIC) for name in ("cp1257", "cp775", "iso8859_4", "iso8859_10", "iso8859_13")),
    *((name, _WESTERN) for name in ("cp865", "iso8859_15", "iso8859_14", "mac_roman")),
    *((name, ("ro",)) for name in ("iso8859_16", "mac_romanian")),
    ("iso8859_3", ("mt",)),
    # Of countries outside the Union; they can cast doubt on a reading, but never win.
    *((name, ()) for name in ("cp1254", "cp857", "cp861", "iso8859_9", "mac_iceland")),
    *((name, ()) for name in ("mac_turkish", "hp_roman8")),
)
_UNDEFINED = "\ufffd"
_WORD = re.compile(r"[^\W\d_]+")
# Apostrophes as they are typed, the acute accent among them, and blanks that do not break.
_STRANGE = frozenset("’‘´ʼ\u00a0")


@dataclass(frozen=True, slots=True)
class CodePage:
    """A code page: the languages for which it was usual, and the characters of its bytes."""

    name: str
    languages: frozenset[str]
    translation: dict[int, str]


class Likeness(IntEnum):
    """The likelihood that a cell is read as it was meant."""

    NONE = 0  # signs that stand in no name
    POSSIBLE = 1
    MEANT = 2  # a known column or language, or a name in letters of the file's languages


@dataclass(frozen=True, slots=True)
class Reading:
    """The cells that are not ASCII as one code page reads them, and how likely each of them is.

    `usual` is the same without the names in letters of languages for which the page is unusual:
    such names cast doubt on other readings, but do not speak for this one.
    """

    code_page: str
    cells: tuple[str, ...]
    likeness: tuple[Likeness, ...]
    usual: tuple[Likeness, ...]

    def wins_against(self, other: "Reading") -> bool:
        """Return whether the differing cells speak for this reading, and none of them against."""
        differing = [
            place
            for place, (mine, theirs) in enumerate(zip(self.cells, other.cells, strict=True))
            if mine != theirs
        ]
        return any(
            self.usual[place] == Likeness.MEANT > other.likeness[place] for place in differing
        ) and all(self.likeness[place] >= other.likeness[place] for place in differing)


def code_pages_of(text: str) -> Iterator[CodePage]:
    """Return the code pages that define all signs of the text.

    `text` holds one character for each byte of the file, as Latin-1 decodes it.
    """
    used = {character for character in set(text) if not character.isascii()}
    for name, languages in _CODE_PAGES:
        table = _table(name)
        if all(table[ord(character)] != _UNDEFINED for character in used):
            yield CodePage(name, frozenset(languages), table)


def winner(readings: Sequence[Reading]) -> Reading | None:
    """Return the reading that is beyond doubt; None if there is none."""
    for reading in readings:
        rivals = (other for other in readings if other.cells != reading.cells)
        if all(map(reading.wins_against, rivals)):
            return reading
    return None


@dataclass(frozen=True, slots=True)
class NameJudge:
    """Judges names: `letters` are those of the file's languages, `usual` those of the page too."""

    letters: frozenset[str]
    usual: frozenset[str]

    def likeness(self, name: str) -> tuple[Likeness, Likeness]:
        """Return how likely the name is, and the same for the letters of the page alone."""
        foreign = {character for character in name if not character.isascii()}
        one_script = len(scripts_of("".join(set(name)))) == 1
        if not one_script or not all(map(_can_be_in_a_name, foreign)):
            return Likeness.NONE, Likeness.NONE
        if not foreign <= self.letters or not all(map(_has_usual_case, _WORD.findall(name))):
            return Likeness.POSSIBLE, Likeness.POSSIBLE
        return Likeness.MEANT, Likeness.MEANT if foreign <= self.usual else Likeness.POSSIBLE


@cache
def _table(code_page: str) -> dict[int, str]:
    return {byte: bytes([byte]).decode(code_page, "replace") for byte in range(0x80, 0x100)}


@cache
def _can_be_in_a_name(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Pd" or character in _STRANGE


def _has_usual_case(word: str) -> bool:
    return word.isascii() or word[1:] == word[1:].lower() or word == word.upper()
