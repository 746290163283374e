"""The characters that are accepted in typed text, by one rule for all fields.

Characters that are invisible or change how others are shown are not accepted: controls, line
separators, bidirectional overrides, zero-width characters, lone surrogates, stacks of combining
marks. A person's name that contains them is refused; they are removed from other texts.
"""

import re
import unicodedata

# Letters, marks and symbols by category, but invisible: fillers, the grapheme joiner, variation
# selectors, the blank Braille pattern; and the replacement character.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffd"
    "\U000e0100-\U000e01ef]"
)
# Characters that a database or UTF-8 cannot hold.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Composed letters of the Union's languages have no combining marks; Zalgo text has dozens.
_MOST_MARKS = 3
# They show the characters after them in another order.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# The limit of Unicode's "stream-safe" text format.
_STREAM_SAFE_MARKS = 30


def storable(text: str) -> str:
    """Return the text with U+FFFD for each character that a database cannot store."""
    return _UNSTORABLE.sub("\ufffd", text)


def is_visible(text: str) -> bool:
    """Return whether every character is visible, and the text is one line."""
    return _without_invisible(text) == text and one_line(text) == _composed(text)


def one_line(text: str) -> str:
    """Return the visible characters, composed (NFC), in one line with single spaces."""
    return _composed(_without_stacked_marks(_composed(_without_invisible(" ".join(text.split())))))


def without_format_characters(text: str) -> str:
    """Return the text without characters that have no width of their own, such as U+200B.

    Programs copy them unseen with an address or a number. Those that turn the direction of writing
    stay: without them the text would be another one than was seen.
    """
    return (
        text
        if text.isascii()
        else "".join(
            character
            for character in text
            if unicodedata.category(character) != "Cf" or character in _TURNING
        )
    )


def in_lines(text: str) -> str:
    """Return the visible characters, composed (NFC), line by line, without surrounding space."""
    lines = (_without_invisible(line.replace("\t", " ")) for line in text.splitlines())
    return "\n".join(_without_stacked_marks(_nfc(line)).rstrip() for line in lines).strip()


def without_outer_blanks(text: str) -> str:
    """Return the text without the blanks and invisible characters around it (B13)."""
    start, end = 0, len(text)
    while start < end and _is_blank(text[start]):
        start += 1
    while end > start and _is_blank(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_blank(character: str) -> bool:
    return character.isspace() or _is_invisible(character)


def _is_invisible(character: str) -> bool:
    # C: controls, bidi overrides, zero-width, surrogates, private use; Zl and Zp break lines.
    category = unicodedata.category(character)
    return category[0] == "C" or category in {"Zl", "Zp"} or bool(_INVISIBLE.match(character))


def _without_invisible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for character in text if not _is_invisible(character))


def _without_stacked_marks(text: str) -> str:
    # Marks at the very beginning have no letter to combine with, so none is left there.
    return text if text.isascii() else _limit_marks(text, _MOST_MARKS, before=_MOST_MARKS)


def _limit_marks(text: str, limit: int, *, before: int = 0) -> str:
    """Return the text with at most `limit` marks in a row; `before` are counted in front of it."""
    kept, marks = [], before
    for character in text:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= limit:
            kept.append(character)
    return "".join(kept)


def _composed(text: str) -> str:
    return " ".join(_nfc(text).split())


def _nfc(text: str) -> str:
    # Limited first: normalising takes time by the square of the number of marks in a row.
    return (
        text
        if text.isascii()
        else unicodedata.normalize("NFC", _limit_marks(text, _STREAM_SAFE_MARKS))
    )
