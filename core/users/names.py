"""People's names: any script, one line, nothing invisible (R41, R42)."""

import unicodedata

from core.errors import BadNameError, NameFault, RequiredError

LONGEST_NAME = 80

# Letters and marks by their category, yet nothing to see: Hangul fillers, the grapheme joiner.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u3164\uffa0")


def name_of(text: str, field: str) -> str:
    """Return a name in NFC with single spaces; `field` is the one to blame.

    Raises:
        RequiredError: nothing but white space.
        BadNameError: control or invisible characters, no letter, or more than 80 characters.
    """
    if not text.strip():
        raise RequiredError(field)
    if any(map(_is_control, text)):
        raise BadNameError(field, NameFault.CONTROL_CHARACTERS)
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(map(str.isalpha, name)):
        raise BadNameError(field, NameFault.NO_LETTER)
    if len(name) > LONGEST_NAME:
        raise BadNameError(field, NameFault.TOO_LONG)
    return name


def _is_control(character: str) -> bool:
    # C: controls, bidi overrides, zero-width, surrogates, private use; Zl and Zp break lines.
    category = unicodedata.category(character)
    return category[0] == "C" or category in {"Zl", "Zp"} or character in _INVISIBLE
