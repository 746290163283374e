"""The modals of an access manager: modules, what follows, removing an authority; pure."""

from slackblocks import (
    Block,
    CheckboxGroup,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
)

from core.administration.modules import ModuleChangeEffects, ModuleEdit
from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.languages.texts import Texts, texts
from core.limits import LONGEST_OFFICIAL_NAME
from handlers.blocks import Json, compact, drawn_view
from handlers.deliveries.messages import plain_lines_of
from handlers.markdown import escaped, shortened
from handlers.payloads import SubmittedForm
from handlers.roles.ticks import LONGEST_OPTION, MOST_CHECKBOXES

FORM = "access_form"
CONFIRM = "access_confirm"
REMOVE_FORM = "remove_authority"
MODULES = "modules_"  # and which ten of them
COORDINATING = "coordinating_"  # likewise
NAME = "confirmation"
MOST_NAMED = 20


def form(
    authority: Authority, edit: ModuleEdit, catalogue: Catalogue, language: str, problem: str = ""
) -> Json:
    """Return the modules as ticks, and those in which the authority coordinates (R19, D18)."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [SectionBlock(f":warning: {problem}")] if problem else []
    blocks.append(SectionBlock(f"*{escaped(authority.informal_title)}*", block_id="whose"))
    blocks += module_ticks(MODULES, _("Modules"), edit.modules, catalogue, t)
    blocks += module_ticks(COORDINATING, _("Coordinates in"), edit.coordinating, catalogue, t)
    view = ModalView(
        title=PlainText(_("Modules")),
        submit=PlainText(_("Next")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=compact({"authority": authority.id, "seen": sorted(edit.seen)}),
        blocks=blocks,
    )
    return drawn_view(view)


def module_ticks(
    name: str, label: str, chosen: frozenset[str], catalogue: Catalogue, t: Texts
) -> list[Block]:
    """Return the catalogue's modules as ticks, ten a field, as Slack wants it."""
    codes = [one.code for one in catalogue.modules]
    parts = [codes[at : at + MOST_CHECKBOXES] for at in range(0, len(codes), MOST_CHECKBOXES)]
    blocks: list[Block] = []
    for at, part in enumerate(parts):
        names = {code: catalogue.name_of_module(code, t.language) for code in part}
        options = {
            code: Option(PlainText(text[:LONGEST_OPTION]), code) for code, text in names.items()
        }
        ticked = [options[code] for code in part if code in chosen]
        box = CheckboxGroup(f"{name}{at}", list(options.values()), initial_options=ticked or None)
        blocks.append(InputBlock(label, box, block_id=f"{name}{at}", optional=True))
    return blocks


def ticked_in(form: SubmittedForm, name: str) -> frozenset[str]:
    """Read the modules that are ticked in the fields of this name."""
    ticked = (values for key, values in form.values.items() if key.startswith(name))
    return frozenset(value for values in ticked for value in values)


def edit_in(form: SubmittedForm, *, from_ticks: bool) -> ModuleEdit:
    """Read what is wanted: what is ticked now, or what travelled with the second step."""

    def chosen(name: str) -> frozenset[str]:
        if not from_ticks:
            return frozenset(form.travelled_texts(name))
        return ticked_in(form, name)

    return ModuleEdit(
        form.travelled_number("authority"),
        chosen(MODULES),
        chosen(COORDINATING),
        frozenset(form.travelled_texts("seen")),
    )


def confirm(
    authority: Authority,
    edit: ModuleEdit,
    follows: ModuleChangeEffects,
    catalogue: Catalogue,
    language: str,
) -> Json:
    """Return what the change means: what comes, what goes, whose roles end (D13)."""
    t = texts(language)
    _ = t.gettext
    said = [f"*{escaped(authority.informal_title)}*"]
    for title, codes in ((_("Granted:"), follows.granted), (_("Withdrawn:"), follows.withdrawn)):
        if codes:
            named = (escaped(catalogue.name_of_module(code, t.language)) for code in codes)
            said += [title, *(f"• {name}" for name in named)]
    if not follows.granted and not follows.withdrawn:
        said.append(_("No module is granted or withdrawn."))
    blocks: list[Block] = [SectionBlock(shortened("\n".join(said)), block_id="changes")]
    if follows.withdrawn:
        blocks.append(SectionBlock(_ending(follows, catalogue, t), block_id="ending"))
    travelling = {
        "authority": authority.id,
        "seen": sorted(edit.seen),
        MODULES: sorted(edit.modules),
        COORDINATING: sorted(edit.coordinating),
    }
    view = ModalView(
        title=PlainText(_("Modules")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=CONFIRM,
        private_metadata=compact(travelling),
        blocks=blocks,
    )
    return drawn_view(view)


def remove_form(authority: Authority, users: int, language: str) -> Json:
    """Return the question before an authority is removed: its name must be typed (D14)."""
    t = texts(language)
    _ = t.gettext
    rows = [
        f"*{escaped(authority.official_name)}*",
        t.ngettext(
            "{number} user loses access at once.", "{number} users lose access at once.", users
        ),
        _("The authority disappears from every list and search. This cannot be undone."),
        _("What its people did stays on record."),
    ]
    name = PlainTextInput(NAME, max_length=LONGEST_OFFICIAL_NAME)
    hint = _("Type the official name just as it stands above.")
    view = ModalView(
        title=PlainText(_("Remove an authority?")),
        submit=PlainText(_("Remove")),
        close=PlainText(_("Cancel")),
        callback_id=REMOVE_FORM,
        private_metadata=compact({"authority": authority.id}),
        blocks=[
            SectionBlock("\n".join(rows), block_id="follows"),
            InputBlock(_("Official name"), name, block_id=NAME, hint=hint),
        ],
    )
    return drawn_view(view)


def _ending(follows: ModuleChangeEffects, catalogue: Catalogue, t: Texts) -> str:
    if not follows.ending:
        return t.gettext("Nobody holds a role there, so nobody loses one.")
    rows = [t.gettext("These roles end:")]
    for user, keys in follows.ending[:MOST_NAMED]:
        roles = "; ".join(plain_lines_of(keys, catalogue, t.language))
        rows.append(f"• *{escaped(user.full_name)}*: {escaped(roles)}")
    rest = len(follows.ending) - MOST_NAMED
    if rest > 0:
        rows.append(t.ngettext("and {number} more", "and {number} more", rest))
    return shortened("\n".join(rows))
