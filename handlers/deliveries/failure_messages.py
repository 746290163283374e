"""What administrators read of something that could not be delivered; pure."""

from slackblocks import ActionsBlock, Block, SectionBlock

from core.deliveries.rules import Delivery
from core.languages.texts import texts
from core.users.rules import User
from handlers.ui.blocks import drawn
from handlers.ui.delivery_states import again_button, what_and_why
from handlers.ui.markdown import escaped
from handlers.ui.messages import Message, Said


def undelivered_words(failed: Delivery, user: User, language: str) -> Said:
    """Return what was not said, to or about whom, and why with the way out."""
    t = texts(language)
    _ = t.gettext
    return Said(
        _("A message of IMI could not be delivered"),
        (
            _("It was to, or about, {name}.", name=user.full_name),
            what_and_why(failed, t),
        ),
    )


def many_undelivered_words(language: str) -> Said:
    """Return what is said on a day on which many messages could not be delivered."""
    _ = texts(language).gettext
    return Said(
        _("Several messages of IMI could not be delivered"),
        (_("The Home tab of the IMI app lists them, each with the reason and a button."),),
    )


def undelivered_message(said: Said, failed: Delivery | None, language: str) -> Message:
    """Return the words as a DM, with a button to send it again where it is about one."""
    words = f":x: *{escaped(said.subject)}*\n" + escaped("\n".join(said.lines))
    blocks: list[Block] = [SectionBlock(words)]
    if failed is not None:
        again = again_button(failed, texts(language))
        blocks.append(ActionsBlock([again], block_id=f"undelivered_{failed.id}"))
    return Message(escaped(said.subject), drawn(blocks))
