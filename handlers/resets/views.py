"""The modals for resetting a password, for requesting a reset, and for declining a request."""

from slackblocks import Block, InputBlock, ModalView, PlainText, PlainTextInput, SectionBlock

from core.languages.sorting import in_alphabet
from core.languages.texts import texts
from core.policy import Policy
from core.resets.rules import ResetRequest
from core.text_lengths import LONGEST_REASON
from core.users.rules import User
from core.users.search_keys import name_in_list
from handlers.ui.blocks import Json, metadata_json, view_json
from handlers.ui.markdown import escaped

RESET = "reset_confirm"
REQUEST = "reset_ask"
REASON = "reason"
DECLINED = "reset_declined"


def confirm(user: User, language: str) -> Json:
    """Return the confirmation: what follows from a reset."""
    t = texts(language)
    _ = t.gettext
    name = escaped(user.full_name)
    rows = [
        _(
            "The password of {name} stops working at once, and the portal signs them out.",
            name=name,
        ),
        _(
            "A temporary password goes to {email}; nobody else ever sees it.",
            email=escaped(user.email),
        ),
        _("Make sure that it is really they who ask, best by phone."),
    ]
    view = ModalView(
        title=PlainText(_("Reset the password?")),
        submit=PlainText(t.pgettext("button", "Reset")),
        close=PlainText(_("Cancel")),
        callback_id=RESET,
        private_metadata=metadata_json({"user": user.id}),
        blocks=[SectionBlock("\n".join(f"• {row}" for row in rows))],
    )
    return view_json(view)


def request_form(askable: tuple[User, ...], policy: Policy, language: str) -> Json:
    """Return the form of a request, with those who would decide on it."""
    t = texts(language)
    _ = t.gettext
    names = "\n".join(
        f"• {escaped(user.full_name)}" for user in in_alphabet(askable, language, name_in_list)[:20]
    )
    deadline = t.ngettext(
        "If nobody decides within {number} day, the request lapses and you are told.",
        "If nobody decides within {number} days, the request lapses and you are told.",
        policy.request_days,
    )
    blocks: list[Block] = [
        SectionBlock(_("Do you need a new password? One of your administrators decides:")),
        SectionBlock(names),
        SectionBlock(deadline),
    ]
    view = ModalView(
        title=PlainText(_("Ask for a password")),
        submit=PlainText(_("Ask")),
        close=PlainText(_("Cancel")),
        callback_id=REQUEST,
        private_metadata="{}",
        blocks=blocks,
    )
    return view_json(view)


def request_status(request: ResetRequest, tz: str, language: str) -> Json:
    """Return the state of an open request: since when, and what happens next."""
    t = texts(language)
    _ = t.gettext
    text = _(
        "You asked for a new password on {moment}. Your administrators have your request; you are"
        " told when one of them has decided.",
        moment=t.moment(request.requested_at, tz),
    )
    view = ModalView(
        title=PlainText(_("Asked")),
        close=PlainText(_("Close")),
        callback_id="reset_asked",
        blocks=[SectionBlock(f":hourglass: {text}")],
    )
    return view_json(view)


def decline(request: ResetRequest, user: User, language: str) -> Json:
    """Return the form for the reason."""
    _ = texts(language).gettext
    typed = PlainTextInput(REASON, multiline=True, max_length=LONGEST_REASON)
    hint = _("{name} reads it.", name=user.first_name)
    view = ModalView(
        title=PlainText(_("Decline the request")),
        submit=PlainText(_("Decline")),
        close=PlainText(_("Cancel")),
        callback_id=DECLINED,
        private_metadata=metadata_json({"request": request.id}),
        blocks=[InputBlock(_("Reason"), typed, block_id=REASON, hint=hint, optional=True)],
    )
    return view_json(view)
