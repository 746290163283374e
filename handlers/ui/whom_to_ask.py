"""The names of the administrators whom a refused person can ask, with a button that asks them."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from core.languages.texts import texts
from handlers.ui.action_ids import ASK_ADMINISTRATOR
from handlers.ui.markdown import escaped, shortened

# The value of the button where no command was typed; Slack allows no empty value.
NO_TOPIC = "-"


def whom_to_ask_blocks(
    names: Sequence[str], language: str, topic: str | None = None
) -> list[Block]:
    """Return the names, with a button if there is a topic to ask about: a command or `NO_TOPIC`."""
    _ = texts(language).gettext
    if not names:
        return []
    listed = _("Administrators you can ask: {names}", names=escaped(", ".join(names)))
    blocks: list[Block] = [SectionBlock(shortened(listed), block_id="whom_to_ask")]
    if topic is not None:
        button = Button(_("Ask an administrator"), ASK_ADMINISTRATOR, value=topic)
        blocks.append(ActionsBlock([button], block_id=ASK_ADMINISTRATOR))
    return blocks


def access_manager_blocks(title: str, language: str) -> list[Block]:
    """Return the title of the access manager, which the refused person can contact."""
    text = texts(language).gettext("Access manager: {name}", name=escaped(title))
    return [SectionBlock(shortened(text), block_id="whom_to_ask")]
