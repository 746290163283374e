"""The modals in which a user's roles are changed: checkboxes, and a preview of the change."""

from dataclasses import dataclass

from slackblocks import ActionsBlock, Block, Button, ModalView, PlainText, SectionBlock

from core.catalogue.rules import Catalogue
from core.languages.texts import Texts, texts
from core.role_keys import ADMINISTRATOR, RoleKey
from core.roles.rules import change_between
from core.users.rules import User
from handlers.payloads import SubmittedForm
from handlers.ui.blocks import Json, metadata_json, view_json
from handlers.ui.markdown import escaped, shortened
from handlers.ui.role_checkboxes import RoleCheckboxes, RoleFormContext, checked_roles_in
from handlers.ui.role_names import role_lines

FORM = "roles_form"
CHECK = "roles_check"
BACK = "roles_back"


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """Whose roles are edited, which are checked, and which were held when the form opened."""

    user_id: int
    checked: tuple[str, ...]
    seen: tuple[str, ...]

    def as_metadata(self) -> Json:
        """Return the draft as metadata of a modal."""
        return {"user": self.user_id, "ticked": list(self.checked), "seen": list(self.seen)}


def draft_of_user(user: User) -> RoleDraft:
    """Return the draft with which the form opens."""
    held = tuple(map(str, user.roles))
    return RoleDraft(user.id, held, held)


def draft_in(form: SubmittedForm, *, from_checkboxes: bool) -> RoleDraft:
    """Read the draft: from the checkboxes, or from the metadata of the second step."""
    from_metadata = form.metadata_texts("ticked")
    checked = checked_roles_in(form) if from_checkboxes else from_metadata
    return RoleDraft(form.metadata_number("user"), checked, form.metadata_texts("seen"))


def form(
    user: User, draft: RoleDraft, form_context: RoleFormContext, language: str, problem: str = ""
) -> Json:
    """Return the checkboxes; `problem` says why the person was sent back to them."""
    t = texts(language)
    _ = t.gettext
    advice = _("Give what the work needs, and no more.")
    blocks: list[Block] = [SectionBlock(f":warning: {problem}")] if problem else []
    blocks.append(SectionBlock(f"*{escaped(user.full_name)}*\n{advice}", block_id="whose"))
    blocks += RoleCheckboxes(draft.checked, form_context, t).blocks()
    view = ModalView(
        title=PlainText(_("Roles")),
        submit=PlainText(_("Next")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json(draft.as_metadata()),
        blocks=blocks,
    )
    return view_json(view)


def check(user: User, draft: RoleDraft, catalogue: Catalogue, *, own: bool, language: str) -> Json:
    """Return a preview of the change; `own` if the principal changes their own roles."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        SectionBlock("\n".join(_changes(user, draft, catalogue, t)), block_id="changes")
    ]
    if own and str(ADMINISTRATOR) in draft.seen and str(ADMINISTRATOR) not in draft.checked:
        warning = _("You take the administrator's role from yourself: you cannot undo that.")
        blocks.append(SectionBlock(f":warning: *{warning}*", block_id="own"))
    blocks.append(ActionsBlock([Button(_("Back"), BACK, value="back")], block_id=BACK))
    view = ModalView(
        title=PlainText(_("Check and save")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=CHECK,
        private_metadata=metadata_json(draft.as_metadata()),
        blocks=blocks,
    )
    return view_json(view)


def saved(user: User, catalogue: Catalogue, language: str) -> Json:
    """Return the roles that the user holds now."""
    t = texts(language)
    _ = t.gettext
    held = [f"• {line}" for line in role_lines(user.roles, catalogue, language)]
    saved_text = _("The roles of {name} are saved.", name=escaped(user.full_name))
    notified = _("{name} is told.", name=escaped(user.first_name))
    blocks: list[Block] = [
        SectionBlock(f":white_check_mark: *{saved_text}*"),
        SectionBlock(shortened("\n".join(held or [_("No roles yet.")]))),
        SectionBlock(notified),
    ]
    view = ModalView(
        title=PlainText(_("Roles saved")),
        close=PlainText(_("Close")),
        callback_id="roles_saved",
        blocks=blocks,
    )
    return view_json(view)


def _changes(user: User, draft: RoleDraft, catalogue: Catalogue, t: Texts) -> list[str]:
    _ = t.gettext
    change = change_between(map(RoleKey.parse, draft.seen), map(RoleKey.parse, draft.checked))
    lines = [f"*{escaped(user.full_name)}*"]
    for keys, title in (
        (change.given, _("Will be given:")),
        (change.taken, _("Will be taken away:")),
    ):
        if keys:
            named = role_lines(tuple(sorted(keys)), catalogue, t.language)
            lines += [title, *(f"• {line}" for line in named)]
    if change.is_none:
        lines.append(_("Nothing changes."))
    return lines
