"""Texts and direct messages that warn administrators of roles with too few holders (R39, R62)."""

from slackblocks import ActionsBlock, Button, SectionBlock

from core.catalogue.rules import Catalogue
from core.languages.texts import texts
from core.role_keys import ADMINISTRATOR, RoleKey
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage
from handlers.ui.role_names import role_name


def warning_text(role: RoleKey | None, catalogue: Catalogue, language: str) -> NotificationText:
    """Return the warning; without a role it is about administrators (D12)."""
    _ = texts(language).gettext
    if role is None:
        return NotificationText(
            _("Your authority needs another administrator in IMI"),
            (
                _(
                    "Too few administrators of your authority can act in Slack. Add another one"
                    " who can stand in."
                ),
                _("A stand-in can help if an administrator is away or cannot sign in."),
            ),
        )
    return NotificationText(
        _("A role in IMI needs a holder"),
        (
            _(
                "Too few users, or none, hold this role: {role}. Requests from other"
                " authorities may go unanswered.",
                role=role_name(role, catalogue, language),
            ),
            _("Assign it to a colleague who does this work."),
        ),
    )


def warning_message(text: NotificationText, role: RoleKey | None, language: str) -> SlackMessage:
    """Return the warning as a DM, with a button that shows the holders of the role."""
    give = texts(language).gettext("Assign this role")
    button = Button(give, ROLE_HOLDERS, value=str(role or ADMINISTRATOR))
    blocks = [
        SectionBlock(f":warning: *{escaped(text.subject)}*\n" + escaped("\n".join(text.lines))),
        ActionsBlock([button], block_id="lacking"),
    ]
    return SlackMessage(escaped(text.subject), blocks_json(blocks))
