"""The modals for resetting a password, for requesting a reset, and for declining a request."""

from slackblocks import (
    Block,
    Button,
    InputBlock,
    ModalView,
    PlainText,
    PlainTextInput,
    SectionBlock,
)

from core.languages.names import full_name
from core.languages.sorting import in_alphabet
from core.languages.texts import texts
from core.policy import Policy
from core.resets.rules import ResetRequest
from core.text_lengths import LONGEST_REASON
from core.users.rules import User
from core.users.search_keys import name_in_list
from handlers.json_types import Json
from handlers.ui.action_ids import ASK_RESET
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.markdown import escaped
from handlers.ui.user_search import user_search_view

RESET = "reset_confirm"
REQUEST = "reset_ask"
REASON = "reason"
DECLINED = "reset_declined"


def which_user(language: str) -> Json:
    """Return the search for the user whose password is reset, with a button for one's own."""
    _ = texts(language).gettext
    others = [Button(_("Request one for yourself"), ASK_RESET, value="me")]
    title, question = _("Reset a password"), _("Which user needs a new password?")
    return user_search_view("reset", title, question, others, language)


def confirm(user: User, language: str) -> Json:
    """Return the confirmation: what follows from a reset."""
    t = texts(language)
    _ = t.gettext
    rows = [
        _("The password will stop working at once, and the user will be signed out of the portal."),
        _(
            "A temporary password will be sent to {email}. Nobody else will see it.",
            email=escaped(user.email),
        ),
        _("Check first that the request really comes from this person, preferably by phone."),
    ]
    name = escaped(full_name(user, t.language))
    view = ModalView(
        title=PlainText(_("Reset the password?")),
        submit=PlainText(t.pgettext("button", "Reset")),
        close=PlainText(_("Cancel")),
        callback_id=RESET,
        private_metadata=metadata_json({"user": user.id}),
        blocks=[SectionBlock("\n".join([f"*{name}*", *(f"• {row}" for row in rows)]))],
    )
    return view_json(view)


def request_form(askable: tuple[User, ...], policy: Policy, language: str) -> Json:
    """Return the form of a request, with those who would decide on it."""
    t = texts(language)
    _ = t.gettext
    names = "\n".join(
        f"• {escaped(full_name(user, language))}"
        for user in in_alphabet(askable, language, name_in_list)[:20]
    )
    deadline = t.ngettext(
        "If nobody decides within {number} day, the request expires and you will be told.",
        "If nobody decides within {number} days, the request expires and you will be told.",
        policy.request_days,
    )
    blocks: list[Block] = [
        SectionBlock(_("Do you need a new password? One of your administrators decides:")),
        SectionBlock(names),
        SectionBlock(deadline),
    ]
    view = ModalView(
        title=PlainText(_("Request a new password")),
        submit=PlainText(_("Send request")),
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
        "You requested a new password on {moment}. Your administrators have your"
        " request; you will be told when one of them has decided.",
        moment=t.moment(request.requested_at, tz),
    )
    view = ModalView(
        title=PlainText(_("Request sent")),
        close=PlainText(_("Close")),
        callback_id="reset_asked",
        blocks=[SectionBlock(f":hourglass: {text}")],
    )
    return view_json(view)


def decline(request: ResetRequest, user: User, language: str) -> Json:
    """Return the form for the reason."""
    _ = texts(language).gettext
    typed = PlainTextInput(REASON, multiline=True, max_length=LONGEST_REASON)
    name = full_name(user, language)
    hint = _("{name} will see this reason.", name=name)
    view = ModalView(
        title=PlainText(_("Decline the request")),
        submit=PlainText(_("Decline")),
        close=PlainText(_("Cancel")),
        callback_id=DECLINED,
        private_metadata=metadata_json({"request": request.id}),
        blocks=[InputBlock(_("Reason"), typed, block_id=REASON, hint=hint, optional=True)],
    )
    return view_json(view)
