"""The two modals in which a user is registered: the form, and a summary with the username."""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    InputBlock,
    ModalView,
    PlainText,
    PlainTextInput,
    SectionBlock,
)

from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.policy import Policy
from core.role_keys import RoleKey
from handlers.fault_texts import length_text
from handlers.json_types import Json
from handlers.ui import person_fields
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.markdown import escaped, shortened
from handlers.ui.person_fields import UserDraft, person_blocks
from handlers.ui.role_checkboxes import RoleCheckboxes, RoleFormContext
from handlers.ui.role_names import role_lines

FORM = "adduser_form"
CHECK = "adduser_check"
BACK = "adduser_back"


def form(draft: UserDraft, form_context: RoleFormContext, language: str, problem: str = "") -> Json:
    """Return the first step; `problem` says why the person was sent back to it."""
    t = texts(language)
    blocks = alert_blocks(problem, "warning")
    blocks += person_blocks(draft, t, picks=True)
    blocks += RoleCheckboxes(draft.roles, form_context, t).blocks()
    view = ModalView(
        title=PlainText(t.gettext("Add a user")),
        submit=PlainText(t.gettext("Next")),
        close=PlainText(t.gettext("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json(draft.first_step_metadata()),
        blocks=blocks,
    )
    return view_json(view)


def check(draft: UserDraft, form_context: RoleFormContext, language: str, policy: Policy) -> Json:
    """Return the second step: a summary, and the username, which may be changed (R52)."""
    t = texts(language)
    _ = t.gettext
    typed = PlainTextInput(person_fields.USERNAME, initial_value=draft.username)
    hint = _(
        "Generated from the name; you can change it. Allowed: a-z, 0-9, dot, hyphen and underscore."
    )
    length = length_text(policy.username_min_length, policy.username_max_length, t)
    hint = f"{hint} {length}"
    blocks: list[Block] = [
        SectionBlock(_summary(draft, form_context, t)),
        ActionsBlock([Button(_("Back"), BACK, value="back")], block_id=BACK),
        InputBlock(_("Username"), typed, block_id=person_fields.USERNAME, hint=hint),
    ]
    view = ModalView(
        title=PlainText(_("Check and save")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=CHECK,
        private_metadata=metadata_json(draft.as_metadata()),
        blocks=blocks,
    )
    return view_json(view)


def _summary(draft: UserDraft, form_context: RoleFormContext, t: Texts) -> str:
    _ = t.gettext
    keys = tuple(RoleKey.parse(text) for text in draft.roles)
    roles = role_lines(keys, form_context.catalogue, t.language)
    rows = [
        f"*{escaped(full_name(draft, t.language))}*",
        _("Working language: {language}", language=t.language_name(draft.language)),
        _("E-mail: {email}", email=escaped(draft.email)),
    ]
    if draft.phone:
        rows.append(_("Telephone: {phone}", phone=escaped(draft.phone)))
    if draft.member:
        rows.append(_("Slack member: {member}", member=f"<@{draft.member}>"))
    rows += [f"• {line}" for line in roles] or [_("No roles yet.")]
    return shortened("\n".join(rows))
