"""Messages as Slack takes them, and words that go out as a DM or as an e-mail."""

from dataclasses import dataclass

from slackblocks import ContextBlock, SectionBlock, Text

from handlers.ui.blocks import Json, blocks_json
from handlers.ui.markdown import escaped, shortened


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message: `text` stands in notifications and in mirrored mail, `blocks` in Slack alone.

    Slack reads both as markdown, and calls whom either names.
    """

    text: str
    blocks: list[Json]


@dataclass(frozen=True, slots=True)
class NotificationText:
    """Words for one person, without markup: as a DM or as an e-mail."""

    subject: str
    lines: tuple[str, ...]


def without_details(message: SlackMessage) -> SlackMessage:
    """Return the message with nothing in it but its words for a notification, which name nobody."""
    return SlackMessage(message.text, blocks_json([SectionBlock(escaped(message.text))]))


def as_direct_message(said: NotificationText) -> SlackMessage:
    """Return the words as a DM."""
    first, *more = said.lines
    blocks = [
        SectionBlock(shortened(f"*{escaped(said.subject)}*\n{escaped(first)}")),
        *(SectionBlock(shortened(escaped(line))) for line in more[:-1]),
        *(ContextBlock([Text(shortened(escaped(line)))]) for line in more[-1:]),
    ]
    return SlackMessage(escaped(said.subject), blocks_json(blocks))
