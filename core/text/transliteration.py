"""Transliterates names of any script to lower-case ASCII, by the conventions of the EU (D8)."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

# The letters for which anyascii differs from the usage in the Union: German and Nordic ones by D8,
# Greek by ELOT 743, Cyrillic by Bulgaria's law on transliteration (DV 19/2009).
_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "ue", "ß": "ss"}
    | {"þ": "th", "ð": "d"}
    | {"х": "h", "щ": "sht", "ъ": "a", "ё": "yo"}
)
_DIGRAPHS = (("ου", "ou"), ("ού", "ou"), ("ьо", "yo"))


# A registration asks for the same names a dozen times, one after the other.
@lru_cache(maxsize=64)
def to_ascii(text: str) -> str:
    """Return the letters, digits and inner hyphens of `text` as `[a-z0-9-]`; the rest is removed.

    The result is empty if nothing in the text can be transliterated.
    """
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
    for pair, latin in _DIGRAPHS:
        lowered = lowered.replace(pair, latin)
    kept = "".join(filter(_is_kept, lowered.translate(_LETTERS)))
    letters = re.sub(r"[^a-z0-9-]", "", anyascii(kept).lower())
    return re.sub(r"-{2,}", "-", letters).strip("-")


def _is_kept(character: str) -> bool:
    # Symbols are removed first, because anyascii spells emojis out in letters.
    category = unicodedata.category(character)
    return category[0] in "LM" or category in {"Nd", "Pd"}
