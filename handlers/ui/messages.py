"""Data classes of Slack messages, and of texts that are sent as a direct message or an e-mail."""

from dataclasses import dataclass

from slackblocks import ContextBlock, SectionBlock, Text

from handlers.json_types import Json
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped, shortened


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message: `text` is shown in notifications and mirrored e-mails, `blocks` in Slack only.

    Slack parses both as markdown, and notifies the people mentioned in them.
    """

    text: str
    blocks: list[Json]


@dataclass(frozen=True, slots=True)
class NotificationText:
    """A text for one person, without markup, to be sent as a DM or as an e-mail."""

    subject: str
    lines: tuple[str, ...]


def without_details(message: SlackMessage) -> SlackMessage:
    """Return the message reduced to its notification text, which names nobody."""
    return SlackMessage(message.text, blocks_json([SectionBlock(escaped(message.text))]))


def as_direct_message(text: NotificationText) -> SlackMessage:
    """Return the text as a DM."""
    first, *more = text.lines
    blocks = [
        SectionBlock(shortened(f"*{escaped(text.subject)}*\n{escaped(first)}")),
        *(SectionBlock(shortened(escaped(line))) for line in more[:-1]),
        *(ContextBlock([Text(shortened(escaped(line)))]) for line in more[-1:]),
    ]
    return SlackMessage(escaped(text.subject), blocks_json(blocks))
