"""The modal that explains why a role cannot be revoked from a user who is needed as its holder."""

from slackblocks import ActionsBlock, Button, ContextBlock, ModalView, PlainText, Text

from core.catalogue.rules import Catalogue
from core.errors import LastHolderError
from core.languages.texts import texts
from core.role_keys import ADMINISTRATOR
from handlers.json_types import Json
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import view_json
from handlers.ui.markdown import escaped
from handlers.ui.role_names import role_name

LAST_HOLDER = "last_holder"


def last_holder_view(refusal: LastHolderError, catalogue: Catalogue, language: str) -> Json:
    """Return why the role needs a holder, with a button to give it to somebody (R62, D12)."""
    t = texts(language)
    _ = t.gettext
    role = f"*{escaped(role_name(refusal.role, catalogue, language))}*"
    text = t.ngettext(
        "At least {number} user in your authority must hold this role: {role}."
        " Otherwise requests from other authorities may go unanswered.",
        "At least {number} users in your authority must hold this role: {role}."
        " Otherwise requests from other authorities may go unanswered.",
        refusal.least,
        role=role,
    )
    blocks = alert_blocks(text, block_id=LAST_HOLDER)
    if refusal.role == ADMINISTRATOR:
        who_counts = _(
            "Only administrators with an active Slack account count, because only they can act."
        )
        blocks.append(ContextBlock([Text(who_counts)]))
    give = Button(
        _("Assign it to someone first"), ROLE_HOLDERS, value=str(refusal.role), style="primary"
    )
    view = ModalView(
        title=PlainText(_("Not possible yet")),
        close=PlainText(_("Back")),
        callback_id=LAST_HOLDER,
        blocks=[*blocks, ActionsBlock([give], block_id=ROLE_HOLDERS)],
    )
    return view_json(view)
