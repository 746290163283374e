"""Checks of single fields of an authority, for its registration and for its edits (D16)."""

import re

from core.errors import BadChannelError, RequiredError, TextTooLongError, WebAddressError
from core.text.characters import one_line
from core.text.web_addresses import holds_web_address

_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,19}")


def title_of(text: str, field: str, limit: int) -> str:
    """Return the name or title of an authority, which goes out in its mails.

    Raises:
        RequiredError, TextTooLongError: as `required_line`.
        WebAddressError: it holds the address of a web site or a mailbox (D32).
    """
    title = required_line(text, field, limit)
    if holds_web_address(title):
        raise WebAddressError(field)
    return title


def required_line(text: str, field: str, limit: int) -> str:
    """Return the visible characters of the text on one line.

    Raises:
        RequiredError: the text is empty.
        TextTooLongError: it has more than `limit` characters.
    """
    line = one_line(text)
    if not line:
        raise RequiredError(field)
    if len(line) > limit:
        raise TextTooLongError(field, limit)
    return line


def channel_of(text: str) -> str:
    """Return the id of a Slack channel, or an empty text.

    Slack also accepts a member's id as channel; the message would then be a DM to that member.

    Raises:
        BadChannelError: it is no id of a channel.
    """
    if text and not _CHANNEL.fullmatch(text):
        raise BadChannelError
    return text
