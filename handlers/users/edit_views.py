"""The modal for editing a user's details."""

from dataclasses import asdict

from slackblocks import Block, InputBlock, ModalView, PlainText, PlainTextInput, SectionBlock

from core.languages.texts import Texts, texts
from core.users.rules import User, UserDetails
from handlers.payloads import SubmittedForm
from handlers.ui import person_fields
from handlers.ui.blocks import Json, metadata_json, view_json
from handlers.ui.field_labels import user_field_label
from handlers.ui.markdown import escaped, shortened
from handlers.ui.person_fields import UserDraft, person_blocks

FORM = "edituser_form"


def form(
    user_id: int, draft: UserDraft, seen: UserDetails, language: str, problem: str = ""
) -> Json:
    """Return the form; its metadata holds the details as `seen`, to detect other edits (D23)."""
    t = texts(language)
    _ = t.gettext
    username = PlainTextInput(person_fields.USERNAME, initial_value=draft.username or None)
    hint = _("A new username goes out by Slack message, as the first one did.")
    blocks: list[Block] = [SectionBlock(shortened(problem))] if problem else []
    blocks += [
        *person_blocks(draft, t, picks=False),
        InputBlock(_("Username"), username, block_id=person_fields.USERNAME, hint=hint),
    ]
    view = ModalView(
        title=PlainText(_("Edit details")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json({"user": user_id, "seen": asdict(seen)}),
        blocks=blocks,
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


def conflict_text(user: User, now: UserDetails, changed: tuple[str, ...], language: str) -> str:
    """Return the details that somebody else changed, with their new values (D23)."""
    t = texts(language)
    _ = t.gettext
    title = _("Somebody else edited {name} meanwhile:", name=escaped(user.full_name))
    rows = [f"• {user_field_label(name, t)}: {_shown_value(now, name, t)}" for name in changed]
    next_step = _("What you typed stands below. Save again if it shall replace this.")
    return "\n".join([f":warning: *{title}*", *rows, next_step])


def _shown_value(now: UserDetails, name: str, t: Texts) -> str:
    text = getattr(now, name)
    if name == "language":
        return t.language_name(text)
    if name == "member" and text:
        return f"<@{text}>"
    return escaped(text) or "–"
