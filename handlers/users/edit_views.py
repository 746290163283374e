"""The modal for editing a user's details, such as name and e-mail address."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import partial

from slackblocks import Block, InputBlock, ModalView, PlainText, PlainTextInput

from core.errors import FieldChange
from core.languages.texts import Texts, texts
from core.users.rules import UserDetails
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui import person_fields
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.changed_meanwhile import refusal_note, with_changes
from handlers.ui.markdown import escaped
from handlers.ui.person_fields import UserDraft, person_blocks

FORM = "edituser_form"


def form(
    user_id: int,
    draft: UserDraft,
    seen: UserDetails,
    language: str,
    changes: tuple[FieldChange, ...] = (),
) -> Json:
    """Return the form; its metadata holds the details as `seen`, to detect other edits (D23).

    `changes` are the reason why the last save was refused; each is told below its field.
    """
    t = texts(language)
    _ = t.gettext
    username = PlainTextInput(person_fields.USERNAME, initial_value=draft.username or None)
    hint = _("A new username is sent by Slack message, like the first one.")
    blocks: list[Block] = [
        *person_blocks(draft, t, picks=False),
        InputBlock(_("Username"), username, block_id=person_fields.USERNAME, hint=hint),
    ]
    view = ModalView(
        title=PlainText(_("Edit details")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json({"user": user_id, "seen": asdict(seen)}),
        blocks=list(_with_changes(blocks, changes, t)),
    )
    return view_json(view)


def draft_of_details(details: UserDetails) -> UserDraft:
    """Return the draft with which the form opens."""
    return UserDraft(
        language=details.language,
        member=details.member,
        first_name=details.first_name,
        last_name=details.last_name,
        email=details.email,
        phone=details.phone,
        username=details.username,
    )


def draft_in_fields(form: SubmittedForm) -> UserDraft:
    """Read the draft from the fields."""
    return UserDraft(
        language=form.text(person_fields.LANGUAGE),
        member=form.text(person_fields.MEMBER),
        first_name=form.text(person_fields.FIRST_NAME),
        last_name=form.text(person_fields.LAST_NAME),
        email=form.text(person_fields.EMAIL),
        phone=form.text(person_fields.PHONE),
        username=form.text(person_fields.USERNAME).strip().casefold(),
    )


def details_in_metadata(form: SubmittedForm) -> UserDetails:
    """Read the details as they were when the form opened."""
    seen = form.metadata_mapping("seen")
    return UserDetails(**{name: seen.get(name, "") for name in UserDetails.__dataclass_fields__})


def seen_after(seen: UserDetails, changes: tuple[FieldChange, ...]) -> UserDetails:
    """Return the details that the form shows once it tells these changes (D23)."""
    return replace(seen, **{change.field: change.after for change in changes})


def _with_changes(
    blocks: list[Block], changes: tuple[FieldChange, ...], t: Texts
) -> Iterator[Block]:
    if changes:
        yield from alert_blocks(refusal_note(t))
    by_block = {person_fields.block_id_of(change.field, 0): change for change in changes}
    yield from with_changes(blocks, by_block, partial(_shown, t), t)


def _shown(t: Texts, name: str, text: str) -> str:
    if name == "language":
        return t.language_name(text)
    if name == "member" and text:
        return f"<@{text}>"
    return escaped(text)
