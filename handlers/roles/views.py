"""The modals to change a user's roles: one with checkboxes, one with a preview of the change."""

from dataclasses import dataclass

from slackblocks import ActionsBlock, Block, Button, ModalView, PlainText, SectionBlock

from core.catalogue.rules import Catalogue
from core.errors import FieldChange
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.role_keys import ADMINISTRATOR, RoleKey
from core.roles.rules import RoleChange
from core.roles.service import HELD, RoleEdit
from core.users.registration_form import roles_of
from core.users.rules import User
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.changed_meanwhile import name_or_somebody, refusal_note
from handlers.ui.markdown import escaped, shortened
from handlers.ui.role_checkboxes import RoleCheckboxes, RoleFormContext, checked_roles_in
from handlers.ui.role_names import role_lines

FORM = "roles_form"
CHECK = "roles_check"
BACK = "roles_back"


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """The user, the roles that are checked, and those held when the form was opened.

    `since` is the number of the newest audit entry then, to find opposite changes (D23).
    """

    user_id: int
    checked: tuple[str, ...]
    seen: tuple[str, ...]
    since: int

    def as_metadata(self) -> Json:
        """Return the draft as metadata of a modal."""
        return {
            "user": self.user_id,
            "ticked": list(self.checked),
            "seen": list(self.seen),
            "since": self.since,
        }

    def as_edit(self) -> RoleEdit:
        """Return the change that the draft asks for.

        A form opened before an upgrade may have no `since`.
        """
        checked, seen = roles_of(self.checked), roles_of(self.seen)
        return RoleEdit(self.user_id, checked, seen, self.since or None)


def draft_of_user(user: User, since: int) -> RoleDraft:
    """Return the draft with which the form opens."""
    held = tuple(map(str, user.roles))
    return RoleDraft(user.id, held, held, since)


def draft_in(form: SubmittedForm, *, from_checkboxes: bool) -> RoleDraft:
    """Read the draft: from the checkboxes, or from the metadata of the second step."""
    from_metadata = form.metadata_texts("ticked")
    checked = checked_roles_in(form) if from_checkboxes else from_metadata
    seen, since = form.metadata_texts("seen"), form.metadata_number("since")
    return RoleDraft(form.metadata_number("user"), checked, seen, since)


def form(
    user: User, draft: RoleDraft, form_context: RoleFormContext, language: str, problem: str = ""
) -> Json:
    """Return the checkboxes; `problem` says why the person was sent back to them."""
    t = texts(language)
    _ = t.gettext
    advice = _("Give only the rights that the user's responsibilities require.")
    blocks = alert_blocks(problem)
    blocks.append(
        SectionBlock(f"*{escaped(full_name(user, t.language))}*\n{advice}", block_id="whose")
    )
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


def refused_text(changes: tuple[FieldChange, ...], catalogue: Catalogue, language: str) -> str:
    """Return why the save was refused: who granted or revoked which role meanwhile (D23)."""
    t = texts(language)
    lines = [refusal_note(t)]
    for change in changes:
        (role,) = role_lines((RoleKey.parse(change.field),), catalogue, language)
        lines.append(f"• {role}\n{granted_or_revoked(change, t)}")
    return shortened("\n".join(lines))


def granted_or_revoked(change: FieldChange, t: Texts) -> str:
    """Return the name of the person who granted or revoked a role meanwhile, as markdown."""
    _ = t.gettext
    name = name_or_somebody(change.by, t)
    if change.after == HELD:
        return _("Assigned in the meantime by: {name}", name=name)
    return _("Removed in the meantime by: {name}", name=name)


def check(user: User, draft: RoleDraft, catalogue: Catalogue, *, own: bool, language: str) -> Json:
    """Return a preview of the change; `own` if the principal changes their own roles."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        SectionBlock("\n".join(_changes(user, draft, catalogue, t)), block_id="changes")
    ]
    if own and str(ADMINISTRATOR) in draft.seen and str(ADMINISTRATOR) not in draft.checked:
        warning = _("You are removing your own administrator role: you cannot undo this yourself.")
        blocks += alert_blocks(warning, "warning", "own")
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


def saved(user: User, catalogue: Catalogue, language: str, *, changed: bool) -> Json:
    """Return the roles that the user holds now; `changed` if the save changed them."""
    t = texts(language)
    _ = t.gettext
    name = escaped(full_name(user, t.language))
    held = [f"• {line}" for line in role_lines(user.roles, catalogue, language)]
    held_block = SectionBlock(shortened("\n".join(held or [_("No roles yet.")])))
    if changed:
        saved_text = _("Roles saved: {name}", name=name)
        blocks: list[Block] = [
            SectionBlock(f":white_check_mark: *{saved_text}*"),
            held_block,
            SectionBlock(_("The user will be notified.")),
        ]
    else:
        unchanged = _("There are no changes.")
        blocks = [SectionBlock(f"*{name}*\n{unchanged}"), held_block]
    view = ModalView(
        title=PlainText(_("Roles saved") if changed else _("Roles")),
        close=PlainText(_("Close")),
        callback_id="roles_saved",
        blocks=blocks,
    )
    return view_json(view)


def _changes(user: User, draft: RoleDraft, catalogue: Catalogue, t: Texts) -> list[str]:
    _ = t.gettext
    change = RoleChange.between(map(RoleKey.parse, draft.seen), map(RoleKey.parse, draft.checked))
    lines = [f"*{escaped(full_name(user, t.language))}*"]
    for keys, title in (
        (change.added, _("Will be assigned:")),
        (change.removed, _("Will be removed:")),
    ):
        if keys:
            named = role_lines(tuple(sorted(keys)), catalogue, t.language)
            lines += [title, *(f"• {line}" for line in named)]
    if not change:
        lines.append(_("There are no changes."))
    return lines
