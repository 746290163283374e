"""Escapes user input for Slack's markdown, so that it cannot mention anybody, link or format."""

import re

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Word joiners around a formatting character disable it. An underscore within a word gets none,
# because it has no effect there, and addresses must stay fit for copying.
_FORMAT = re.compile(r"([*~`]|(?<![^\W_])_|_(?![^\W_]))")
# The start of an emoji code, and of a quoted line.
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_QUOTATION = re.compile(r"^(?=\s*>)", re.MULTILINE)
_JOINER = "\u2060"
# Slack's limit for the text of a section.
LONGEST_SECTION = 3000
_CUT_ENTITY = re.compile(r"&[a-z]*$")


def escaped(text: str) -> str:
    """Return the text so that Slack shows it as it was typed."""
    without_emoji = _EMOJI.sub(f":{_JOINER}", _QUOTATION.sub(_JOINER, text)).translate(_ENTITIES)
    return _FORMAT.sub(rf"{_JOINER}\1{_JOINER}", without_emoji)


def shortened(markdown: str, longest: int = LONGEST_SECTION) -> str:
    """Return the markdown cut to what Slack accepts, with an ellipsis if something is missing."""
    if len(markdown) <= longest:
        return markdown
    return _CUT_ENTITY.sub("", markdown[: longest - 1]) + "…"
