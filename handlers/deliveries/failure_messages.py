"""What administrators read of something that could not be delivered; pure."""

from slackblocks import ActionsBlock, Block, SectionBlock

from core.deliveries.rules import Delivery
from core.languages.texts import texts
from core.users.rules import User
from handlers.ui.blocks import blocks_json
from handlers.ui.delivery_states import failure_line, send_again_button
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage


def undelivered_text(failed: Delivery, user: User, language: str) -> NotificationText:
    """Return what was not said, to or about whom, and why with the way out."""
    t = texts(language)
    _ = t.gettext
    return NotificationText(
        _("A message of IMI could not be delivered"),
        (
            _("It was to, or about, {name}.", name=user.full_name),
            failure_line(failed, t),
        ),
    )


def many_undelivered_text(language: str) -> NotificationText:
    """Return what is said on a day on which many messages could not be delivered."""
    _ = texts(language).gettext
    return NotificationText(
        _("Several messages of IMI could not be delivered"),
        (_("The Home tab of the IMI app lists them, each with the reason and a button."),),
    )


def undelivered_message(
    said: NotificationText, failed: Delivery | None, language: str
) -> SlackMessage:
    """Return the words as a DM, with a button to send it again where it is about one."""
    words = f":x: *{escaped(said.subject)}*\n" + escaped("\n".join(said.lines))
    blocks: list[Block] = [SectionBlock(words)]
    if failed is not None:
        again = send_again_button(failed, texts(language))
        blocks.append(ActionsBlock([again], block_id=f"undelivered_{failed.id}"))
    return SlackMessage(escaped(said.subject), blocks_json(blocks))
