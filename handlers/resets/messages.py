"""Messages that tell administrators of a user's request for a new password, and of its outcome."""

from slackblocks import ActionsBlock, Block, Button, ContextBlock, SectionBlock, Text

from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.resets.rules import RequestSource, ResetRequest, ResetRequestState
from core.users.rules import User
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage

APPROVE = "reset_approve"
DECLINE = "reset_decline"


def decision_buttons(request: ResetRequest, t: Texts) -> Block:
    """Return the two decisions: approve and decline."""
    number = str(request.id)
    approve = Button(t.gettext("Approve"), APPROVE, value=number, style="primary")
    decline = Button(t.gettext("Decline"), DECLINE, value=number)
    return ActionsBlock([approve, decline], block_id=f"decide_{number}")


def request_message(
    request: ResetRequest, user: User, language: str, *, last: bool = False
) -> SlackMessage:
    """Return the request to an administrator as a DM; `last` says that no more come today (D11)."""
    t = texts(language)
    _ = t.gettext
    make_sure = _(
        "Check first that the request really comes from this person, preferably by phone."
    )
    blocks = [
        SectionBlock(f":key: {_request_sentence(user, t, bold=True)}", block_id="request"),
        ContextBlock(
            [
                Text(line)
                for line in (*origin_lines(request, t), make_sure, *_last_lines(t, last=last))
            ]
        ),
        decision_buttons(request, t),
    ]
    return SlackMessage(_("A user requests a new password."), blocks_json(blocks))


def request_text(
    request: ResetRequest, user: User, language: str, *, last: bool = False
) -> NotificationText:
    """Return the request for an administrator who is not in Slack."""
    t = texts(language)
    _ = t.gettext
    return NotificationText(
        _("A user requests a new password."),
        (
            _request_sentence(user, t, bold=False),
            *origin_lines(request, t),
            # Translators: Slack labels the tab Home; keep that word beside your word for tab.
            _("An administrator who is in Slack decides on the Home tab of the IMI app."),
            *_last_lines(t, last=last),
        ),
    )


def origin_lines(request: ResetRequest, t: Texts) -> tuple[str, ...]:
    """Return a warning if the request did not come from the user's Slack account."""
    if request.source == RequestSource.SLACK:
        return ()
    _ = t.gettext
    return (
        _(
            "This request was made on the sign-in page, where anyone who knows the"
            " username can make one."
        ),
    )


def _last_lines(t: Texts, *, last: bool) -> tuple[str, ...]:
    if not last:
        return ()
    _ = t.gettext
    return (
        # Translators: Slack labels the tab Home; keep that word beside your word for tab.
        _(
            "Many users have requested a password today. Further requests come without"
            " a message; they are on the Home tab of the IMI app."
        ),
    )


def closed_request_message(
    request: ResetRequest, user: User, by: User | None, language: str
) -> SlackMessage:
    """Return the message that replaces the request once it is closed."""
    t = texts(language)
    state = f"{_request_sentence(user, t, bold=True)}\n{_decision_text(request, user, by, t)}"
    text = t.gettext("A request for a new password has been closed.")
    return SlackMessage(text, blocks_json([SectionBlock(state, block_id="request")]))


def _request_sentence(user: User, t: Texts, *, bold: bool) -> str:
    name = f"*{escaped(full_name(user, t.language))}*" if bold else full_name(user, t.language)
    return t.gettext("Request for a new password: {name}", name=name)


def _decision_text(request: ResetRequest, user: User, by: User | None, t: Texts) -> str:
    _, name = t.gettext, "" if by is None else escaped(full_name(by, t.language))
    if request.state == ResetRequestState.APPROVED:
        return ":white_check_mark: " + _("Approved by: {name}.", name=name)
    if request.state == ResetRequestState.DECLINED:
        text = ":no_entry: " + _("Declined by: {name}.", name=name)
        return f"{text}\n> {escaped(request.reason)}" if request.reason else text
    if request.decided_by is not None:
        removed = escaped(full_name(user, t.language))
        return ":door: " + _("User removed: {name}. By: {by}.", by=name, name=removed)
    return ":hourglass: " + _("Nobody decided in time; the request has expired.")
