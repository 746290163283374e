"""Before a reset and before asking for one, the reason for declining, and what was asked; pure."""

from slackblocks import Block, InputBlock, ModalView, PlainText, PlainTextInput, SectionBlock

from core.languages.texts import texts
from core.limits import LONGEST_REASON
from core.policy import Policy
from core.resets.rules import ResetRequest
from core.users.rules import User
from handlers.blocks import Json, compact, drawn_view
from handlers.markdown import escaped

RESET = "reset_confirm"
ASK = "reset_ask"
REASON = "reason"
DECLINED = "reset_declined"


def confirm(user: User, language: str) -> Json:
    """Return what follows from a reset, before it happens."""
    _ = texts(language).gettext
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
        submit=PlainText(_("Reset")),
        close=PlainText(_("Cancel")),
        callback_id=RESET,
        private_metadata=compact({"user": user.id}),
        blocks=[SectionBlock("\n".join(f"• {row}" for row in rows))],
    )
    return drawn_view(view)


def ask(askable: tuple[User, ...], policy: Policy, language: str) -> Json:
    """Return who will decide, before the user asks."""
    t = texts(language)
    _ = t.gettext
    names = "\n".join(f"• {escaped(one.full_name)}" for one in askable[:20])
    days = t.ngettext(
        "If nobody decides within {number} day, the request lapses and you are told.",
        "If nobody decides within {number} days, the request lapses and you are told.",
        policy.request_days,
    )
    blocks: list[Block] = [
        SectionBlock(_("Do you need a new password? One of your administrators decides:")),
        SectionBlock(names),
        SectionBlock(days),
    ]
    view = ModalView(
        title=PlainText(_("Ask for a password")),
        submit=PlainText(_("Ask")),
        close=PlainText(_("Cancel")),
        callback_id=ASK,
        private_metadata="{}",
        blocks=blocks,
    )
    return drawn_view(view)


def asked(request: ResetRequest, tz: str, language: str) -> Json:
    """Return that the request is open, since when, and what comes next."""
    t = texts(language)
    _ = t.gettext
    said = _(
        "You asked for a new password on {moment}. Your administrators have your request; you are"
        " told when one of them has decided.",
        moment=t.moment(request.asked_at, tz),
    )
    view = ModalView(
        title=PlainText(_("Asked")),
        close=PlainText(_("Close")),
        callback_id="reset_asked",
        blocks=[SectionBlock(f":hourglass: {said}")],
    )
    return drawn_view(view)


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
        private_metadata=compact({"request": request.id}),
        blocks=[InputBlock(_("Reason"), typed, block_id=REASON, hint=hint, optional=True)],
    )
    return drawn_view(view)
