"""Restores the text that a user typed after a slash command, which Slack sends with markup."""

import re

# https://docs.slack.dev/messaging/formatting-message-text lists what stands between < and >.
_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ESCAPED = re.compile("&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
_PERSON = "@"
_LINK_PREFIXES = ("mailto:", "tel:")


def as_typed(text: str) -> str:
    """Return the text as the person typed it; a mention of a person stays Slack's `<@ID>`."""
    plain = []
    last = 0
    for found in _MARKUP.finditer(text):
        plain += [_unescaped(text[last : found.start()]), _typed(found[1], found[2])]
        last = found.end()
    return "".join([*plain, _unescaped(text[last:])])


def _typed(target: str, label: str | None) -> str:
    if target.startswith(_PERSON):
        return f"<{target}>"
    if label:
        # A channel and a group are typed with their sign, which their label may lack.
        sign = "#" if target.startswith("#") and not label.startswith("#") else ""
        return sign + _unescaped(label)
    for prefix in _LINK_PREFIXES:
        target = target.removeprefix(prefix)
    return _unescaped(target.replace("!", "@", 1) if target.startswith("!") else target)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _CHARACTERS[found[1]], text)
