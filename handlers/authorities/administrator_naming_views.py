"""The message that an authority has lost all its administrators, and the form to name one (D12).

It has lost all if none of them is linked to an active full member of the Slack workspace.
"""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    InputBlock,
    ModalView,
    PlainText,
    SectionBlock,
    UserSelectMenu,
)

from core.authorities.rules import Authority
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.users.rules import User
from handlers.json_types import Json
from handlers.ui.action_ids import NAME_ADMINISTRATOR
from handlers.ui.blocks import blocks_json, metadata_json, view_json
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage
from handlers.ui.search_fields import pick_menu
from handlers.ui.user_option import options_json, user_option

FORM = "administrator_form"
USER, MEMBER = "recovery_user", "member"


def without_administrator_text(authority: Authority, language: str) -> NotificationText:
    """Return the text that nobody can act for the authority any more."""
    _ = texts(language).gettext
    return NotificationText(
        _("An authority no longer has an administrator"),
        (
            without_administrator_line(authority.informal_title, texts(language)),
            _(
                "Name an administrator: one of its users, or a former administrator"
                " with another Slack account. Until then nobody can reset a password or"
                " add a user there."
            ),
        ),
    )


def without_administrator_message(authority: Authority, language: str) -> SlackMessage:
    """Return the same as a DM, with the button that opens the form."""
    text = without_administrator_text(authority, language)
    blocks = [
        SectionBlock(f":rotating_light: {escaped(text.lines[0])}", block_id="lost"),
        SectionBlock(escaped(text.lines[1])),
        ActionsBlock([name_button(authority.id, texts(language))], block_id=f"lost_{authority.id}"),
    ]
    return SlackMessage(escaped(text.subject), blocks_json(blocks))


def without_administrator_line(title: str, t: Texts) -> str:
    """Return the sentence that nobody can act for the authority."""
    return t.gettext(
        "No administrator of this authority can act, because none has an active Slack"
        " account. Authority: {authority}.",
        authority=title,
    )


def name_button(authority_id: int, t: Texts) -> Button:
    """Return the button that opens the form."""
    return Button(t.gettext("Name an administrator"), NAME_ADMINISTRATOR, value=str(authority_id))


def form(authority: Authority, language: str) -> Json:
    """Return the form: one of the authority's users, and their Slack account if it is new."""
    t = texts(language)
    _ = t.gettext
    hint = _(
        "Leave this empty for a colleague whose Slack account in IMI is still the correct one."
    )
    blocks: list[Block] = [
        SectionBlock(f"*{escaped(authority.informal_title)}*", block_id="whose"),
        InputBlock(_("Administrator"), pick_menu(USER, t), block_id=USER),
        InputBlock(
            _("Slack member"), UserSelectMenu(MEMBER), block_id=MEMBER, hint=hint, optional=True
        ),
    ]
    view = ModalView(
        title=PlainText(_("Name an administrator")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json({"authority": authority.id}),
        blocks=blocks,
    )
    return view_json(view)


def user_options(people: tuple[User, ...], language: str) -> list[Json]:
    """Return people as options of the menu; administrators are marked."""
    t = texts(language)
    return options_json(user_option(user, language, _label(user, t)) for user in people)


def named_text(user: User, authority: Authority, language: str) -> str:
    """Return the result."""
    text = texts(language).gettext(
        "Administrator named: {name}. Authority: {authority}. The new administrator"
        " will be notified.",
        name=f"*{escaped(full_name(user, language))}*",
        authority=escaped(authority.informal_title),
    )
    return f":white_check_mark: {text}"


def _label(user: User, t: Texts) -> str:
    if not user.administrator:
        return full_name(user, t.language)
    return t.gettext("{name} (administrator so far)", name=full_name(user, t.language))
