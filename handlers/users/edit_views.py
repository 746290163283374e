"""The form with a user's details, as they are or as somebody is changing them; pure."""

from dataclasses import asdict

from slackblocks import Block, InputBlock, ModalView, PlainText, PlainTextInput, SectionBlock

from core.languages.texts import Texts, texts
from core.users.rules import User, UserDetails
from handlers.blocks import Json, compact, drawn_view
from handlers.deliveries.notices import field_name
from handlers.markdown import escaped, shortened
from handlers.payloads import SubmittedForm
from handlers.users import fields
from handlers.users.fields import Draft
from handlers.users.views import person_blocks

FORM = "edituser_form"


def form(user_id: int, draft: Draft, seen: UserDetails, language: str, problem: str = "") -> Json:
    """Return the form; `seen` travels with it, to notice what others change meanwhile (D23)."""
    t = texts(language)
    _ = t.gettext
    username = PlainTextInput(fields.USERNAME, initial_value=draft.username or None)
    hint = _("A new username goes out by Slack message, as the first one did.")
    blocks: list[Block] = [SectionBlock(shortened(problem))] if problem else []
    blocks += [
        *person_blocks(draft, t, picks=False),
        InputBlock(_("Username"), username, block_id=fields.USERNAME, hint=hint),
    ]
    view = ModalView(
        title=PlainText(_("Edit details")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=compact({"user": user_id, "seen": asdict(seen)}),
        blocks=blocks,
    )
    return drawn_view(view)


def draft_of(details: UserDetails) -> Draft:
    """Return the details as they stand in the form when it opens."""
    return Draft(
        language=details.language,
        member=details.member,
        first_name=details.first_name,
        last_name=details.last_name,
        email=details.email,
        phone=details.phone,
        username=details.username,
    )


def draft_in(form: SubmittedForm) -> Draft:
    """Read what is typed."""
    return Draft(
        language=form.text(fields.LANGUAGE),
        member=form.text(fields.MEMBER),
        first_name=form.text(fields.FIRST_NAME),
        last_name=form.text(fields.LAST_NAME),
        email=form.text(fields.EMAIL),
        phone=form.text(fields.PHONE),
        username=form.text(fields.USERNAME).strip().casefold(),
    )


def seen_in(form: SubmittedForm) -> UserDetails:
    """Read the details as they were when the form opened."""
    seen = form.travelled_by_name("seen")
    return UserDetails(**{name: seen.get(name, "") for name in UserDetails.__dataclass_fields__})


def conflict(user: User, now: UserDetails, changed: tuple[str, ...], language: str) -> str:
    """Return what somebody else changed meanwhile, and to what; what was typed stays (D23)."""
    t = texts(language)
    _ = t.gettext
    title = _("Somebody else edited {name} meanwhile:", name=escaped(user.full_name))
    rows = [f"• {field_name(name, t)}: {_value(now, name, t)}" for name in changed]
    decide = _("What you typed stands below. Save again if it shall replace this.")
    return "\n".join([f":warning: *{title}*", *rows, decide])


def _value(now: UserDetails, name: str, t: Texts) -> str:
    text = getattr(now, name)
    if name == "language":
        return t.language_name(text)
    if name == "member" and text:
        return f"<@{text}>"
    return escaped(text) or "–"
