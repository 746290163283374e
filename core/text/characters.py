"""Which characters a text that people typed may consist of: one rule, for every field there is.

What cannot be seen, or turns around what can, says nothing to a reader and much to a machine:
controls, line separators, bidirectional overrides, zero-width signs, lone surrogates, heaps of
accents. People's names are refused with it; in other texts it is left out.
"""

import re
import unicodedata

# Letters, marks and symbols by their category, yet nothing to see: fillers, the grapheme joiner,
# selectors of variants, the blank of Braille; and what stands for what could not be read.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffd"
    "\U000e0100-\U000e01ef]"
)
# What no database, or no encoding, takes.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Zalgo has dozens of accents on a letter; composed, a letter of the Union's languages has none.
_MOST_MARKS = 3
# What Unicode's own "stream-safe" texts allow.
_HEAP = 30


def storable(text: str) -> str:
    """Return the text as any database takes it: what none takes becomes U+FFFD, which is unseen."""
    return _UNSTORABLE.sub("\ufffd", text)


def is_visible(text: str) -> bool:
    """Say whether all of the text can be seen, and stands in one line."""
    return not any(map(_is_unseen, text)) and one_line(text) == _composed(text)


def one_line(text: str) -> str:
    """Return what can be seen of the text, composed (NFC), in one line with single spaces."""
    return _composed(_without_heaps(_composed(_without_unseen(" ".join(text.split())))))


def in_lines(text: str) -> str:
    """Return what can be seen of the text line by line, without white space around it."""
    lines = (_without_unseen(line.replace("\t", " ")) for line in text.splitlines())
    return "\n".join(_without_heaps(_nfc(line)).rstrip() for line in lines).strip()


def _is_unseen(character: str) -> bool:
    # C: controls, bidi overrides, zero-width, surrogates, private use; Zl and Zp break lines.
    category = unicodedata.category(character)
    return category[0] == "C" or category in {"Zl", "Zp"} or bool(_UNSEEN.match(character))


def _without_unseen(text: str) -> str:
    return "".join(character for character in text if not _is_unseen(character))


def _without_heaps(text: str) -> str:
    # An accent at the very beginning stands on no letter.
    return _with_marks(text, _MOST_MARKS, before=_MOST_MARKS)


def _with_marks(text: str, most: int, *, before: int = 0) -> str:
    """Return the text with so many accents in a row at the most; `before` it so many stand."""
    kept, marks = [], before
    for character in text:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= most:
            kept.append(character)
    return "".join(kept)


def _composed(text: str) -> str:
    return " ".join(_nfc(text).split())


def _nfc(text: str) -> str:
    # Bringing a heap of accents in order takes the square of its height.
    return text if text.isascii() else unicodedata.normalize("NFC", _with_marks(text, _HEAP))
