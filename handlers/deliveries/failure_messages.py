"""Messages that tell administrators of other messages that could not be delivered."""

from slackblocks import ActionsBlock, Block, SectionBlock

from core.deliveries.rules import Delivery
from core.languages.names import full_name
from core.languages.texts import texts
from core.users.rules import User
from handlers.ui.blocks import blocks_json
from handlers.ui.delivery_states import failure_line, send_again_button, send_all_again_block
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage


def undelivered_text(
    failed: Delivery, user: User, language: str, managed: str = ""
) -> NotificationText:
    """Return the text about a failed message: its user, its kind, the reason and the remedy.

    `managed` is the title of the user's authority if it is not the reader's own.
    """
    t = texts(language)
    _ = t.gettext
    return NotificationText(
        _("A message from IMI could not be delivered"),
        (
            _("Recipient or person concerned: {name}.", name=full_name(user, t.language)),
            *([managed] if managed else []),
            failure_line(failed, t),
        ),
    )


def many_undelivered_text(language: str) -> NotificationText:
    """Return the text for a day on which many messages could not be delivered."""
    _ = texts(language).gettext
    return NotificationText(
        _("Several messages from IMI could not be delivered"),
        # Translators: Slack labels the tab Home; keep that word beside your word for tab.
        (_("The Home tab of the IMI app lists them, each with the reason and a button."),),
    )


def undelivered_message(
    text: NotificationText, failed: Delivery | None, language: str
) -> SlackMessage:
    """Return the text as a DM, with a button to send it again, or all of them."""
    words = f":x: *{escaped(text.subject)}*\n" + escaped("\n".join(text.lines))
    blocks: list[Block] = [SectionBlock(words)]
    if failed is None:
        blocks.append(send_all_again_block(texts(language)))
    else:
        again = send_again_button(failed, texts(language))
        blocks.append(ActionsBlock([again], block_id=f"undelivered_{failed.id}"))
    return SlackMessage(escaped(text.subject), blocks_json(blocks))
