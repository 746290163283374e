"""People's texts in Slack's markdown: no pings, no links, no formatting that they did not mean."""

import re

_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# A word joiner after a sign of formatting keeps it visible and without effect.
_FORMAT = re.compile(r"([*_~`])")
_JOINER = "\u2060"


def escaped(text: str) -> str:
    """Return the text so that it reads as typed and does nothing."""
    return _FORMAT.sub(rf"{_JOINER}\1{_JOINER}", text.translate(_SIGNS))
