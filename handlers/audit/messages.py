"""The Slack message that publishes a checkpoint of the audit trail."""

from slackblocks import SectionBlock

from core.audit.checkpoints import Checkpoint
from core.languages.tags import FALLBACK
from core.languages.texts import texts
from handlers.ui.blocks import blocks_json
from handlers.ui.messages import SlackMessage


def checkpoint_message(checkpoint: Checkpoint) -> SlackMessage:
    """Return the post; `imi-bot audit verify --checkpoint` accepts the text in its last line."""
    t = texts(FALLBACK)
    _ = t.gettext
    title = _("Checkpoint of IMI's audit trail")
    text = _(
        "Audit entry {number}, {moment}. Do not delete this post: it makes later"
        " tampering with the trail detectable.",
        number=checkpoint.number,
        moment=t.moment(checkpoint.made_at, "UTC"),
    )
    return SlackMessage(
        title,
        blocks_json(
            [SectionBlock(f"*{title}*\n{text}\n`{checkpoint.number}:{checkpoint.entry_hash}`")]
        ),
    )
