"""Messages to administrators about a detail that a user reports as wrong."""

from slackblocks import ActionsBlock, Button, SectionBlock

from core.languages.names import full_name
from core.languages.texts import texts
from core.users.rules import User
from handlers.ui.action_ids import EDIT_USER
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped, shortened
from handlers.ui.messages import NotificationText, SlackMessage


def report_message(user: User, text: str, language: str) -> SlackMessage:
    """Return the DM, with a button that opens the user's details (R59)."""
    _ = texts(language).gettext
    title = _(
        "Wrong detail in IMI reported by: {name}", name=f"*{escaped(full_name(user, language))}*"
    )
    quoted = "\n".join(f"> {escaped(line)}" for line in text.splitlines())
    blocks = [
        SectionBlock(shortened(f":pencil2: {title}\n{quoted}"), block_id="report"),
        ActionsBlock(
            [Button(_("Edit details"), EDIT_USER, value=str(user.id))], block_id=EDIT_USER
        ),
    ]
    return SlackMessage(_("A user reports that a detail in IMI is wrong."), blocks_json(blocks))


def report_text(user: User, text: str, language: str) -> NotificationText:
    """Return the report for an administrator who is not in Slack."""
    _ = texts(language).gettext
    return NotificationText(
        _("A user reports that a detail in IMI is wrong."),
        (_("Wrong detail in IMI reported by: {name}", name=full_name(user, language)), text),
    )
