"""What the form turns into once the user is registered; pure."""

from slackblocks import ActionsBlock, Block, Button, Element, ModalView, PlainText, SectionBlock

from core.deliveries.rules import Delivery, Kind, State
from core.languages.texts import Texts, texts
from core.users.rules import User
from handlers.blocks import Json, compact, drawn_view
from handlers.deliveries.views import delivery_blocks
from handlers.markdown import escaped

SAVED = "adduser_saved"
REFRESH = "refresh"
TOLD = "username_told"


def saved(user: User, deliveries: tuple[Delivery, ...], language: str) -> Json:
    """Return the confirmation: the username, and where each delivery stands."""
    t = texts(language)
    _ = t.gettext
    done = _("{name} is registered.", name=escaped(user.full_name))
    blocks: list[Block] = [
        SectionBlock(f":white_check_mark: *{done}*"),
        SectionBlock(_("Username: `{username}`", username=user.username)),
        SectionBlock(_next_steps(user, t)),
        *delivery_blocks(deliveries, language),
        _buttons(user, deliveries, t),
    ]
    view = ModalView(
        title=PlainText(_("User added")),
        close=PlainText(_("Close")),
        callback_id=SAVED,
        private_metadata=compact({"user": user.id}),
        blocks=blocks,
    )
    return drawn_view(view)


def _next_steps(user: User, t: Texts) -> str:
    _ = t.gettext
    if user.member is None:
        return _(
            "{name} has no Slack account here. Tell the username in person or by phone, never by"
            " e-mail. A temporary password goes out by e-mail.",
            name=escaped(user.first_name),
        )
    return _(
        "The username goes to {name} by Slack message, a temporary password by e-mail. At the first"
        " sign-in {name} chooses a password, and the account turns from new to active.",
        name=escaped(user.first_name),
    )


def _buttons(user: User, deliveries: tuple[Delivery, ...], t: Texts) -> ActionsBlock:
    _ = t.gettext
    buttons: list[Element] = [Button(_("Refresh"), REFRESH, value=str(user.id))]
    if _must_be_told(user, deliveries) and user.username_told_at is None:
        told = Button(_("I have told them"), TOLD, value=str(user.id), style="primary")
        buttons.append(told)
    return ActionsBlock(buttons, block_id="saved_buttons")


def _must_be_told(user: User, deliveries: tuple[Delivery, ...]) -> bool:
    failed = any(d.kind == Kind.USERNAME and d.state == State.FAILED for d in deliveries)
    return user.member is None or failed
