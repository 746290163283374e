"""One's own account, on the Home tab and as a modal, and the form to report what is wrong; pure."""

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

from core.languages.texts import Texts, texts
from core.limits import LONGEST_REPORT
from core.users.rules import User
from core.users.status import password_state
from handlers.blocks import Json, drawn_view
from handlers.deliveries.messages import REVEAL_USERNAME, role_lines
from handlers.home.frame import HomeContext
from handlers.home.states import password_words
from handlers.markdown import escaped, shortened

OPEN_PORTAL = "open_portal"
ASK_RESET = "ask_reset"
REPORT = "report_detail"
REPORT_FORM = "report_form"
TEXT = "report"


def card(me: User, frame: HomeContext) -> Json:
    """Return the account as a modal."""
    t = texts(me.language)
    view = ModalView(
        title=PlainText(t.gettext("My account")),
        close=PlainText(t.gettext("Close")),
        callback_id="me",
        blocks=own_blocks(me, frame, t),
    )
    return drawn_view(view)


def own_blocks(me: User, frame: HomeContext, t: Texts) -> list[Block]:
    """Return details, roles, password and until when, and what one may do."""
    _ = t.gettext
    details = [
        f"*{escaped(me.full_name)}*",
        _("E-mail: {email}", email=escaped(me.email)),
        _("Telephone: {phone}", phone=escaped(me.phone or "–")),
        _("Working language: {language}", language=t.language_name(me.language)),
    ]
    roles = [f"• {line}" for line in role_lines(me, frame.catalogue, t.language)]
    shown = "\n".join(["*" + _("Roles") + "*", *(roles or [_("No roles yet.")])])
    return [
        SectionBlock("\n".join(details), block_id="details"),
        SectionBlock(shortened(shown), block_id="roles"),
        SectionBlock(password_line(me, frame, t), block_id="own_password"),
        ActionsBlock(
            [
                portal_button(me, frame, t),
                Button(_("Ask for a new password"), ASK_RESET, value="me"),
                Button(_("Show my username"), REVEAL_USERNAME, value="me"),
                Button(_("Report a wrong detail"), REPORT, value="me"),
            ],
            block_id="own",
        ),
    ]


def password_line(me: User, frame: HomeContext, t: Texts) -> str:
    """Return the state of one's own password, and until when it lasts (R70, R78)."""
    state, until = password_words(password_state(me.status, frame.now), t), me.status.expires_at
    if until is None:
        return t.gettext("Your own password: {state}", state=state)
    date = t.date(until, frame.tz)
    return t.gettext("Your own password: {state}, until {date}", state=state, date=date)


def portal_button(me: User, frame: HomeContext, t: Texts) -> Button:
    """Return the link to the portal."""
    url = f"{frame.public_url}/?lang={me.language}"
    return Button(PlainText(t.gettext("Open the portal")), OPEN_PORTAL, url=url)


def report_form(language: str) -> Json:
    """Return the form in which a user says what is wrong."""
    _ = texts(language).gettext
    typed = PlainTextInput(TEXT, multiline=True, max_length=LONGEST_REPORT)
    hint = _("Your administrators read it. Write neither username nor password.")
    view = ModalView(
        title=PlainText(_("Report a detail")),
        submit=PlainText(_("Send")),
        close=PlainText(_("Cancel")),
        callback_id=REPORT_FORM,
        private_metadata="{}",
        blocks=[InputBlock(_("What is wrong?"), typed, block_id=TEXT, hint=hint)],
    )
    return drawn_view(view)
