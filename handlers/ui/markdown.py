"""Escapes people's texts for Slack's markdown, so that they cannot ping, link or format."""

import re

_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# A word joiner beside a sign of formatting keeps it visible and without effect. An underscore
# within a word has none: addresses are to be copied as they are.
_FORMAT = re.compile(r"([*~`]|(?<![^\W_])_|_(?![^\W_]))")
# What makes a picture of a word, and a quotation of a line.
_PICTURE = re.compile(r":(?=[\w+'-]+:)")
_QUOTATION = re.compile(r"^(?=\s*>)", re.MULTILINE)
_JOINER = "\u2060"
# Slack takes so many characters of a section.
LONGEST_SECTION = 3000
_CUT_ENTITY = re.compile(r"&[a-z]*$")


def escaped(text: str) -> str:
    """Return the text so that Slack shows it as it was typed."""
    plain = _PICTURE.sub(f":{_JOINER}", _QUOTATION.sub(_JOINER, text)).translate(_SIGNS)
    return _FORMAT.sub(rf"{_JOINER}\1{_JOINER}", plain)


def shortened(markdown: str, most: int = LONGEST_SECTION) -> str:
    """Return the markdown cut to what Slack accepts, with an ellipsis if something is missing."""
    if len(markdown) <= most:
        return markdown
    return _CUT_ENTITY.sub("", markdown[: most - 1]) + "…"
