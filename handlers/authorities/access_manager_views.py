"""The modals in which access managers change another authority's modules, or remove it."""

from collections.abc import Iterator, Sequence

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

from core.administration.module_effects import ChangedModules, ModuleChangeEffects
from core.administration.module_history import COORDINATING as COORDINATING_VALUE
from core.administration.module_history import HELD
from core.administration.modules import ModuleEdit, module_values
from core.administration.unlinking import LinkedModules
from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.errors import FieldChange, FormError, ModuleNeededError
from core.languages.names import full_name
from core.languages.punctuation import labelled, listed
from core.languages.texts import Texts, texts
from core.text_lengths import LONGEST_OFFICIAL_NAME
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.changed_meanwhile import change_text, refusal_note
from handlers.ui.markdown import escaped, shortened
from handlers.ui.module_checkboxes import MODULES_PREFIX, checked_modules_in, module_checkboxes
from handlers.ui.role_names import plain_role_lines

FORM = "access_form"
BACK = "access_back"
CONFIRM = "access_confirm"
REMOVE_FORM = "remove_authority"
COORDINATING = "coordinating_"  # followed by the number of the group of ten
NAME = "confirmation"
MOST_NAMED = 20


def form(
    authority: Authority, edit: ModuleEdit, catalogue: Catalogue, language: str, problem: str = ""
) -> Json:
    """Return checkboxes of the modules, and of those that the authority coordinates (R19, D18).

    `problem` says why the person was sent back to them.
    """
    t = texts(language)
    _ = t.gettext
    blocks = alert_blocks(problem)
    blocks.append(SectionBlock(f"*{escaped(authority.informal_title)}*", block_id="whose"))
    coordinating = (code for code, value in edit.chosen.items() if value == COORDINATING_VALUE)
    for prefix, label, codes in (
        (MODULES_PREFIX, t.pgettext("label", "Modules"), edit.chosen),
        (COORDINATING, _("Coordinates in"), coordinating),
    ):
        blocks += module_checkboxes(prefix, label, frozenset(codes), catalogue, t)
    view = ModalView(
        title=PlainText(t.pgettext("title", "Modules")),
        submit=PlainText(_("Next")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json(_metadata(edit)),
        blocks=blocks,
    )
    return view_json(view)


def edit_in(form: SubmittedForm, *, from_checkboxes: bool) -> ModuleEdit:
    """Read the edit: from the checkboxes, or from the metadata of the second step."""
    chosen = form.metadata_mapping("chosen")
    if from_checkboxes:
        coordinating = checked_modules_in(form, COORDINATING)
        chosen = module_values(sorted(checked_modules_in(form, MODULES_PREFIX)), coordinating)
    seen, since = form.metadata_mapping("seen"), form.metadata_number("since")
    return ModuleEdit(form.metadata_number("authority"), chosen, seen, since)


def require_modules(form: SubmittedForm) -> None:
    """Check that the authority is to have the modules that it is to coordinate from now on (D18).

    One that it coordinates today may be withdrawn: it then no longer coordinates it.

    Raises:
        FormError: a module is only ticked as coordinated.
    """
    chosen, seen = checked_modules_in(form, MODULES_PREFIX), form.metadata_mapping("seen")
    coordinated = {code for code, value in seen.items() if value == COORDINATING_VALUE}
    without = checked_modules_in(form, COORDINATING) - chosen - coordinated
    fields = (
        name
        for name, codes in form.values.items()
        if name.startswith(COORDINATING) and without & set(codes)
    )
    if errors := tuple(map(ModuleNeededError, fields)):
        raise FormError(errors)


def refused_text(changes: tuple[FieldChange, ...], catalogue: Catalogue, language: str) -> str:
    """Return why the save was refused: who changed which module, from what to what (D23)."""
    t = texts(language)
    _ = t.gettext
    values = {
        "": _("not granted"),
        HELD: _("granted"),
        COORDINATING_VALUE: _("granted, as a coordinator"),
    }
    lines = [refusal_note(t)]
    for change in changes:
        module = escaped(catalogue.name_of_module(change.field, language))
        lines.append(f"• *{module}*\n{change_text(change, values.__getitem__, t)}")
    return shortened("\n".join(lines))


def confirm(
    authority: Authority,
    edit: ModuleEdit,
    effects: ModuleChangeEffects,
    catalogue: Catalogue,
    language: str,
) -> Json:
    """Return a preview of the change: modules granted and withdrawn, and roles that end (D13)."""
    t = texts(language)
    _ = t.gettext
    text = [f"*{escaped(authority.informal_title)}*"]
    for title, codes in _titled_modules(effects, t):
        named = (escaped(catalogue.name_of_module(code, t.language)) for code in codes)
        text += [title, *(f"• {name}" for name in named)]
    if len(text) == 1:
        text.append(_("No modules are granted or withdrawn."))
    blocks: list[Block] = [SectionBlock(shortened("\n".join(text)), block_id="changes")]
    if effects.withdrawn:
        blocks.append(SectionBlock(_ending_roles(effects, catalogue, t), block_id="ending"))
    blocks += unlinked_blocks(effects.unlinked, catalogue, t)
    blocks.append(ActionsBlock([Button(_("Back"), BACK, value="back")], block_id=BACK))
    view = ModalView(
        title=PlainText(t.pgettext("title", "Modules")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=CONFIRM,
        private_metadata=metadata_json({**_metadata(edit), "chosen": dict(edit.chosen)}),
        blocks=blocks,
    )
    return view_json(view)


def saved_text(result: ChangedModules, authority: Authority, language: str) -> str:
    """Return what was saved, and that the administrators will be notified if they are (R31)."""
    _ = texts(language).gettext
    title = f"*{escaped(authority.informal_title)}*"
    if not result.changed:
        return _("No modules are granted or withdrawn.")
    if not result.notified:
        return _("Modules saved: {authority}.", authority=title)
    return _("Modules saved: {authority}. Its administrators will be notified.", authority=title)


def unlinked_blocks(unlinked: LinkedModules, catalogue: Catalogue, t: Texts) -> list[Block]:
    """Return the authorities that lose this one as their coordinator, and in which modules."""
    if not unlinked:
        return []
    rows = [t.gettext("These authorities will lose their link to this coordinator:")]
    for title, codes in unlinked[:MOST_NAMED]:
        names = listed((catalogue.name_of_module(code, t.language) for code in codes), t.language)
        rows.append(labelled(f"• *{escaped(title)}*", escaped(names), t.language))
    rows += _and_more(len(unlinked), t)
    return [SectionBlock(shortened("\n".join(rows)), block_id="unlinked")]


def _and_more(total: int, t: Texts) -> list[str]:
    rest = total - MOST_NAMED
    return [t.ngettext("and {number} more", "and {number} more", rest)] if rest > 0 else []


def _titled_modules(
    effects: ModuleChangeEffects, t: Texts
) -> Iterator[tuple[str, tuple[str, ...]]]:
    _ = t.gettext
    titled = (
        (_("Granted:"), effects.granted),
        (_("Withdrawn:"), effects.withdrawn),
        (_("Coordinates from now on:"), effects.coordinator_gained),
        (_("No longer coordinates:"), effects.coordinator_lost),
    )
    yield from ((title, codes) for title, codes in titled if codes)


def remove_form(authority: Authority, users: int, unlinked: Sequence[Block], t: Texts) -> Json:
    """Return the confirmation in which the authority's name must be typed (D14)."""
    _ = t.gettext
    rows = [
        f"*{escaped(authority.official_name)}*",
        t.ngettext(
            "{number} user will lose access at once.",
            "{number} users will lose access at once.",
            users,
        ),
        _("The authority will no longer appear in any list or search. You cannot undo this."),
        _("What its users have done remains in the audit trail."),
    ]
    name = PlainTextInput(NAME, max_length=LONGEST_OFFICIAL_NAME)
    hint = _("Type the official name exactly as shown above.")
    view = ModalView(
        title=PlainText(_("Remove an authority?")),
        submit=PlainText(_("Remove")),
        close=PlainText(_("Cancel")),
        callback_id=REMOVE_FORM,
        private_metadata=metadata_json({"authority": authority.id}),
        blocks=[
            SectionBlock("\n".join(rows), block_id="follows"),
            *unlinked,
            InputBlock(_("Official name"), name, block_id=NAME, hint=hint),
        ],
    )
    return view_json(view)


def _metadata(edit: ModuleEdit) -> Json:
    return {"authority": edit.authority_id, "seen": dict(edit.seen), "since": edit.since}


def _ending_roles(effects: ModuleChangeEffects, catalogue: Catalogue, t: Texts) -> str:
    if not effects.ending:
        return t.gettext("Nobody holds a role there, so nobody loses one.")
    rows = [t.gettext("These roles will end:")]
    for user, keys in effects.ending[:MOST_NAMED]:
        roles = escaped(listed(plain_role_lines(keys, catalogue, t.language), t.language))
        person = f"• *{escaped(full_name(user, t.language))}*"
        rows.append(labelled(person, roles, t.language))
    rows += _and_more(len(effects.ending), t)
    return shortened("\n".join(rows))
