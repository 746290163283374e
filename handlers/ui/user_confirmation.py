"""The modal that confirms a change of a user, and shows the state of the messages about it."""

from enum import StrEnum

from slackblocks import ActionsBlock, Block, Button, Element, PlainText, SectionBlock

from core.authorities.rules import Authority
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.users.rules import User
from handlers.json_types import Json
from handlers.ui.action_ids import EDIT_USER
from handlers.ui.blocks import Modal, metadata_json, view_json
from handlers.ui.delivery_states import delivery_blocks
from handlers.ui.markdown import escaped

CONFIRMATION = "adduser_saved"
REFRESH = "refresh"
USERNAME_TOLD = "username_told"


class ConfirmationType(StrEnum):
    """The changes that the modal confirms."""

    ADDED = "added"
    EDITED = "edited"
    UNCHANGED = "unchanged"  # the details were saved as they were
    RESET = "reset"
    STATUS = "status"  # nothing was changed: somebody asked for the state


# The kinds of deliveries that are shown; all of them after any other action.
_SHOWN_KINDS = {
    ConfirmationType.EDITED: frozenset({DeliveryKind.USERNAME}),
    ConfirmationType.UNCHANGED: frozenset({DeliveryKind.USERNAME}),
    ConfirmationType.RESET: frozenset({DeliveryKind.TEMPORARY_PASSWORD}),
}


def confirmation_view(
    user: User,
    deliveries: tuple[Delivery, ...],
    language: str,
    confirmation_type: ConfirmationType = ConfirmationType.ADDED,
    managed: Authority | None = None,
) -> Json:
    """Return the confirmation: what happens next, and the state of each delivery.

    `managed` is the user's authority if the reader's authority manages it (D11, D15). The reader
    may then not edit the user, and sees the username only where it has to be passed on.
    """
    t = texts(language)
    _ = t.gettext
    kinds = _SHOWN_KINDS.get(confirmation_type, frozenset(DeliveryKind))
    shown = tuple(delivery for delivery in deliveries if delivery.kind in kinds)
    blocks: list[Block] = [
        *_authority(managed, confirmation_type, t),
        SectionBlock(_headline(user, confirmation_type, t)),
        *_username(user, shown, confirmation_type, managed, t),
        *_next_steps(user, shown, confirmation_type, t),
        *delivery_blocks(shown, language),
        _buttons(user, shown, managed, t),
    ]
    view = Modal(
        title=PlainText(_title(confirmation_type, t)),
        close=PlainText(_("Close")),
        callback_id=CONFIRMATION,
        private_metadata=metadata_json({"user": user.id, "occasion": confirmation_type}),
        blocks=blocks,
    )
    return view_json(view)


def confirmation_type_of(text: str) -> ConfirmationType:
    """Return the type in the modal's metadata; ADDED if there is none."""
    return ConfirmationType(text) if text in set(ConfirmationType) else ConfirmationType.ADDED


def _title(confirmation_type: ConfirmationType, t: Texts) -> str:
    _ = t.gettext
    return {
        ConfirmationType.ADDED: _("User added"),
        ConfirmationType.EDITED: _("Details saved"),
        ConfirmationType.UNCHANGED: _("Edit details"),
        ConfirmationType.RESET: t.pgettext("title", "Password reset"),
        ConfirmationType.STATUS: _("Messages sent"),
    }[confirmation_type]


def _headline(user: User, confirmation_type: ConfirmationType, t: Texts) -> str:
    _, name = t.gettext, escaped(full_name(user, t.language))
    if confirmation_type in {ConfirmationType.STATUS, ConfirmationType.UNCHANGED}:
        return f"*{name}*"
    sentence = {
        ConfirmationType.ADDED: _("User registered: {name}", name=name),
        ConfirmationType.EDITED: _("Details saved: {name}", name=name),
        ConfirmationType.RESET: _("Password reset: {name}", name=name),
    }[confirmation_type]
    return f":white_check_mark: *{sentence}*"


def _authority(
    managed: Authority | None, confirmation_type: ConfirmationType, t: Texts
) -> list[Block]:
    if managed is None:
        return []
    name = f"*{escaped(managed.official_name)}*"
    if confirmation_type == ConfirmationType.ADDED:
        name = t.gettext("Authority registered: {authority}", authority=name)
    return [SectionBlock(name, block_id="managed_authority")]


def _username(
    user: User,
    shown: tuple[Delivery, ...],
    confirmation_type: ConfirmationType,
    managed: Authority | None,
    t: Texts,
) -> list[Block]:
    if confirmation_type == ConfirmationType.RESET:
        return []
    if managed is not None and not _must_be_told_in_person(user, shown):
        return []
    return [SectionBlock(t.gettext("Username: `{username}`", username=user.username))]


def _next_steps(
    user: User, shown: tuple[Delivery, ...], confirmation_type: ConfirmationType, t: Texts
) -> list[Block]:
    text = {
        ConfirmationType.ADDED: _after_adding,
        ConfirmationType.EDITED: _after_editing,
        ConfirmationType.UNCHANGED: _after_no_change,
        ConfirmationType.RESET: _after_reset,
        ConfirmationType.STATUS: _on_status_request,
    }[confirmation_type](user, shown, t)
    return [SectionBlock(text)] if text else []


def _after_adding(user: User, _shown: tuple[Delivery, ...], t: Texts) -> str:
    _ = t.gettext
    if user.member is None:
        return _(
            "The user has no Slack account here. Tell the user the username in person or by phone,"
            " never by e-mail. A temporary password will be sent by e-mail."
        )
    return _(
        "The username is sent by Slack message, a temporary password by e-mail. At the first"
        " sign-in the user chooses a password, and the account turns from new to active."
    )


def _after_editing(user: User, _shown: tuple[Delivery, ...], t: Texts) -> str:
    if user.username_handed_over_at is None and user.member is None:
        return t.gettext("Tell the user the username in person or by phone, never by e-mail.")
    return t.gettext("The user will be told what has changed.")


def _after_no_change(_user: User, _shown: tuple[Delivery, ...], t: Texts) -> str:
    return t.gettext("There are no changes.")


def _after_reset(_user: User, _shown: tuple[Delivery, ...], t: Texts) -> str:
    return t.gettext(
        "The earlier password no longer works, and the user has been signed out of the portal."
        " A temporary password will be sent by e-mail. Nobody else will see it."
    )


def _on_status_request(_user: User, shown: tuple[Delivery, ...], t: Texts) -> str:
    return "" if shown else t.gettext("Nothing has been sent yet.")


def _buttons(
    user: User, shown: tuple[Delivery, ...], managed: Authority | None, t: Texts
) -> ActionsBlock:
    _, number = t.gettext, str(user.id)
    buttons: list[Element] = [Button(_("Refresh"), REFRESH, value=number)]
    if managed is None:
        buttons.append(Button(_("Edit details"), EDIT_USER, value=number))
    if _must_be_told_in_person(user, shown):
        buttons.append(
            Button(_("I have passed on the username"), USERNAME_TOLD, value=number, style="primary")
        )
    return ActionsBlock(buttons, block_id="saved_buttons")


def _must_be_told_in_person(user: User, deliveries: tuple[Delivery, ...]) -> bool:
    if user.username_handed_over_at is not None:
        return False
    failed = any(
        delivery.kind == DeliveryKind.USERNAME and delivery.state == DeliveryState.FAILED
        for delivery in deliveries
    )
    return user.member is None or failed
