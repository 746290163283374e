"""The order of names in the alphabet of each of the 24 languages (D25).

A table of letters stands in for ICU, whose Python package needs a compiler. It covers what differs
in CLDR's collations from the order of the base letters: the letters that a language counts as
letters of their own.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

Item = TypeVar("Item")

# After the base letter in the key, the letters that follow it in the alphabet, each with its place;
# `=` joins letters with the same place. In Danish all words with æ come after those with z.
_LETTERS = {
    "bg": {"и": "й"},
    "cs": {"c": "č", "h": "ch", "r": "ř", "s": "š", "z": "ž"},
    "da": {"z": "æ=ä ø=ö=ő å=aa"},
    "es": {"n": "ñ"},
    "et": {"s": "š z ž", "w": "õ ä ö ü"},
    "fi": {"z": "å ä=æ ö=ø"},
    "hr": {"c": "č ć", "d": "dž đ", "l": "lj", "n": "nj", "s": "š", "z": "ž"},
    "hu": {"c": "cs", "d": "dz dzs", "g": "gy", "l": "ly", "n": "ny", "o": "ö=ő"}
    | {"s": "sz", "t": "ty", "u": "ü=ű", "z": "zs"},
    "lt": {"c": "č", "s": "š", "z": "ž"},
    "lv": {"a": "ā", "c": "č", "e": "ē", "g": "ģ", "i": "ī", "k": "ķ", "l": "ļ", "n": "ņ"}
    | {"r": "ŗ", "s": "š", "u": "ū", "z": "ž"},
    "mt": {"b": "ċ", "f": "ġ", "g": "għ", "h": "ħ", "y": "ż"},
    "pl": {"a": "ą", "c": "ć", "e": "ę", "l": "ł", "n": "ń", "o": "ó", "s": "ś", "z": "ź ż"},
    "ro": {"a": "ă â", "i": "î", "s": "ș=ş", "t": "ț=ţ"},
    "sk": {"a": "ä", "c": "č", "h": "ch", "o": "ô", "s": "š", "z": "ž"},
    "sl": {"c": "č ć", "d": "đ", "s": "š", "z": "ž"},
    "sv": {"z": "å ä=æ ö=ø"},
}
# Letters that have the place of others.
_SAME = {
    "da": {"ü": "y"},
    "fi": {"ü": "y", "w": "v"},
    "lt": {"y": "i"},
    "lv": {"y": "i"},
    "sv": {"ü": "y"},
}
# Letters that Unicode does not decompose, in all languages that do not count them themselves.
_PLAIN = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h"}
_PLAIN |= {"ı": "i", "\N{RIGHT SINGLE QUOTATION MARK}": "'"}
# Their own script comes first, and Latin letters follow.
_OTHER_SCRIPTS = frozenset({"bg", "el"})
# Lists in Maltese and Irish ignore the article before a name: il-Belġju, an Bheilg.
_ARTICLES = {
    "mt": re.compile(r"^(?:i?[lċdnrstxżz]|l)-"),
    "ga": re.compile(r"^(?:an t-|an |na h|na )"),
}
# Private characters, which come after all letters.
_PLACES, _LATIN = 0xE000, 0xE100


def in_alphabet(items: Iterable[Item], language: str, name_of: Callable[[Item], str]) -> list[Item]:
    """Return the items in the order of their names in the language's alphabet.

    Names with the same letters are ordered by their accents, then small before capital letters.
    """
    return sorted(items, key=lambda item: _key(name_of(item), language))


def _key(name: str, language: str) -> tuple[str, ...]:
    composed = unicodedata.normalize("NFC", name)
    folded = composed.casefold()
    if language in _ARTICLES:
        folded = _ARTICLES[language].sub("", folded)
    pattern, places, variants = _alphabet(language)
    placed = pattern.sub(lambda found: places[found.group()], folded)
    spelled = pattern.sub(lambda found: variants.get(found.group(), found.group()), folded)
    if not placed.isascii():
        decomposed = unicodedata.normalize("NFD", placed)
        placed = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    if language in _OTHER_SCRIPTS:
        placed = placed.translate(_AFTER_ALL)
    return placed, spelled, composed.swapcase(), composed


_AFTER_ALL = {code: chr(_LATIN + code) for code in range(ord("a"), ord("z") + 1)}


@cache
def _alphabet(language: str) -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    """Return a pattern of the letters with places of their own, these places, and the variants.

    Of letters with the same place, all but the first are variants of the first. Letters that
    Unicode does not decompose are found too.
    """
    places, variants = _PLAIN | _SAME.get(language, {}), dict[str, str]()
    for base, letters in _LETTERS.get(language, {}).items():
        for place, equal in enumerate(letters.split()):
            first, *others = equal.split("=")
            places |= {letter: base + chr(_PLACES + place) for letter in (first, *others)}
            variants |= {letter: first + chr(_PLACES + i) for i, letter in enumerate(others)}
    longest_first = sorted(places, key=len, reverse=True)
    return re.compile("|".join(longest_first)), places, variants
