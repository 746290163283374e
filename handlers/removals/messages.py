"""Messages that ask administrators whether to remove a leaver, and that show the answer."""

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from core.errors import MemberFault
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.users.rules import User
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage

LEAVER_REMOVE = "leaver_remove"
LEAVER_KEEP = "leaver_keep"


def leaver_buttons(user_id: int, t: Texts) -> Block:
    """Return the two answers: remove and keep."""
    number = str(user_id)
    remove = Button(t.gettext("Remove…"), LEAVER_REMOVE, value=number, style="danger")
    keep = Button(t.gettext("Keep as user"), LEAVER_KEEP, value=number)
    return ActionsBlock([remove, keep], block_id=f"leaving_{number}")


def leaver_question(name: str, fault: MemberFault, t: Texts) -> str:
    """Return Slack's report about the leaver, and the question; `name` is not escaped."""
    if fault == MemberFault.GUEST:
        return t.gettext("{name}: only a guest in Slack now. Has this user left?", name=name)
    return t.gettext("{name}: deactivated in Slack. Has this user left?", name=name)


def leaver_message(user: User, fault: MemberFault, language: str) -> SlackMessage:
    """Return the question to an administrator as a DM (D14)."""
    t = texts(language)
    text = leaver_question(f"*{escaped(full_name(user, t.language))}*", fault, t)
    blocks = [
        SectionBlock(f":door: {text}", block_id="leaver"),
        SectionBlock(t.gettext("Colleagues who leave the authority must be removed from IMI.")),
        leaver_buttons(user.id, t),
    ]
    return SlackMessage(t.gettext("Has a colleague left your authority?"), blocks_json(blocks))


def leavers_text(language: str) -> NotificationText:
    """Return the text for a day on which Slack reports many leavers at once."""
    _ = texts(language).gettext
    text = _(
        "According to Slack, several users of your authority are deactivated or only"
        " guests. The Home tab of the IMI app lists them; nobody is removed unless you"
        " do it."
    )
    return NotificationText(_("Has a colleague left your authority?"), (text,))


def leavers_message(language: str) -> SlackMessage:
    """Return the same text as a DM."""
    text = leavers_text(language)
    return SlackMessage(
        escaped(text.subject), blocks_json([SectionBlock(f":door: {text.lines[0]}")])
    )


def leaver_text(name: str, fault: MemberFault, language: str) -> NotificationText:
    """Return the question for an administrator who is not in Slack."""
    t = texts(language)
    return NotificationText(
        t.gettext("Has a colleague left your authority?"),
        (
            leaver_question(name, fault, t),
            # Translators: Slack labels the tab Home; keep that word beside your word for tab.
            t.gettext("An administrator who is in Slack answers on the Home tab of the IMI app."),
        ),
    )


def leaver_closed_message(
    user: User, fault: MemberFault, by: User | None, language: str
) -> SlackMessage:
    """Return the message that replaces the question once somebody has answered it."""
    t = texts(language)
    question = leaver_question(f"*{escaped(full_name(user, t.language))}*", fault, t)
    text = t.gettext("A question about a departed colleague has been answered.")
    return SlackMessage(
        text,
        blocks_json(
            [SectionBlock(f":door: {question}\n{_answer_text(user, by, t)}", block_id="leaver")]
        ),
    )


def _answer_text(user: User, by: User | None, t: Texts) -> str:
    _ = t.gettext
    if by is None:
        return ":information_source: " + _("This person is a full member of the workspace again.")
    name = escaped(full_name(by, t.language))
    if user.removed_at is not None:
        return ":white_check_mark: " + _("Removed by: {name}.", name=name)
    return ":white_check_mark: " + _("Kept as user for the time being. By: {name}.", name=name)
