"""The modal and the Home blocks with a user's own account; the form to report a wrong detail."""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    InputBlock,
    ModalView,
    PlainText,
    PlainTextInput,
    SectionBlock,
)

from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.text_lengths import LONGEST_REPORT
from core.users.rules import User
from handlers.json_types import Json
from handlers.ui.account_states import own_password_text
from handlers.ui.action_ids import ASK_RESET, REVEAL_USERNAME
from handlers.ui.blocks import view_json
from handlers.ui.markdown import escaped, shortened
from handlers.ui.portal_button import portal_button, portal_url
from handlers.ui.role_names import user_role_lines
from handlers.ui.view_context import ViewContext

REPORT = "report_detail"
REPORT_FORM = "report_form"
TEXT = "report"


def card(me: User, view_context: ViewContext) -> Json:
    """Return the account as a modal."""
    t = texts(me.language)
    view = ModalView(
        title=PlainText(t.gettext("My account")),
        close=PlainText(t.gettext("Close")),
        callback_id="me",
        blocks=own_blocks(me, view_context, t),
    )
    return view_json(view)


def own_blocks(me: User, view_context: ViewContext, t: Texts) -> list[Block]:
    """Return details, roles, state of the password, and the buttons."""
    _ = t.gettext
    details = [
        f"*{escaped(full_name(me, t.language))}*",
        _("E-mail: {email}", email=escaped(me.email)),
        _("Telephone: {phone}", phone=escaped(me.phone or "–")),
        _("Working language: {language}", language=t.language_name(me.language)),
    ]
    roles = [f"• {line}" for line in user_role_lines(me, view_context.catalogue, t.language)]
    roles_text = "\n".join(["*" + _("Roles") + "*", *(roles or [_("No roles yet.")])])
    return [
        SectionBlock("\n".join(details), block_id="details"),
        SectionBlock(shortened(roles_text), block_id="roles"),
        SectionBlock(own_password_text(me.status, view_context, t), block_id="own_password"),
        ActionsBlock(
            [
                portal_button(portal_url(view_context.public_url, me), t),
                Button(_("Request a new password"), ASK_RESET, value="me"),
                Button(_("Show my username"), REVEAL_USERNAME, value="me"),
                Button(_("Report a wrong detail"), REPORT, value="me"),
            ],
            block_id="own",
        ),
    ]


def report_form(language: str) -> Json:
    """Return the form in which a user reports a wrong detail."""
    _ = texts(language).gettext
    typed = PlainTextInput(TEXT, multiline=True, max_length=LONGEST_REPORT)
    hint = _(
        "Your administrators will see this text. Do not write your username or password in it."
    )
    view = ModalView(
        title=PlainText(_("Report a detail")),
        submit=PlainText(_("Send")),
        close=PlainText(_("Cancel")),
        callback_id=REPORT_FORM,
        private_metadata="{}",
        blocks=[InputBlock(_("What is wrong?"), typed, block_id=TEXT, hint=hint)],
    )
    return view_json(view)
