"""The audit trail's head as a post; pure."""

from slackblocks import SectionBlock

from core.audit.checkpoints import Checkpoint
from core.languages.tags import FALLBACK
from core.languages.texts import texts
from handlers.ui.blocks import blocks_json
from handlers.ui.messages import SlackMessage


def checkpoint_message(head: Checkpoint) -> SlackMessage:
    """Return the post: `imi-bot audit verify --head` takes what stands in it."""
    t = texts(FALLBACK)
    _ = t.gettext
    title = _("Head of IMI's audit trail")
    said = _(
        "Entry {number} of {moment}. Keep this post: with it, a rewritten trail is found out.",
        number=head.number,
        moment=t.moment(head.made_at, "UTC"),
    )
    return SlackMessage(
        title, blocks_json([SectionBlock(f"*{title}*\n{said}\n`{head.number}:{head.entry_hash}`")])
    )
