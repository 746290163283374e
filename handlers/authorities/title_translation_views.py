"""The modal that lists authorities' titles to translate, and the modal to translate one of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slackblocks import (
    Block,
    Button,
    CheckboxGroup,
    ContextBlock,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    Text,
)

from core.administration.title_tasks import TitleEdit
from core.authorities.details import version_of
from core.authorities.rules import Authority
from core.authorities.titles import TitleTask, target_languages
from core.errors import FieldChange
from core.languages.texts import Texts, texts
from core.text_lengths import LONGEST_TITLE
from handlers.authorities.messages import TRANSLATE, left_line
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.responses import notice_view
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.changed_meanwhile import change_text, refusal_note
from handlers.ui.markdown import escaped

FORM = "title_form"
TITLE = "title_"  # followed by the language
NEW_TITLE = "new_title"
TITLES = "titles"
CLOSE = "title_close"

OpenTask = tuple[TitleTask, Authority, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TitleForm:
    """The content of the form: the task, and the titles by language.

    `versions` are the version marks of the translations that it showed when it was opened (D23);
    `close` says whether the box to close the task is ticked.
    """

    task: TitleTask
    titles: Mapping[str, str]
    versions: Mapping[str, str]
    close: bool = False


def opened_form(task: TitleTask, translations: Mapping[str, str]) -> TitleForm:
    """Return the form with the stored translations of the task's title."""
    versions = {tag: version_of(title) for tag, title in translations.items()}
    return TitleForm(task, translations, versions)


def form_after_refusal(
    task: TitleTask, edit: TitleEdit, changes: tuple[FieldChange, ...]
) -> TitleForm:
    """Return the form with what was typed, which now knows what others changed (D23)."""
    newer = {
        change.field.removeprefix(TITLE): version_of(change.after)
        for change in changes
        if change.field != NEW_TITLE
    }
    return TitleForm(task, edit.typed, {**edit.versions, **newer}, edit.close)


def form(
    shown: TitleForm, authority: Authority, language: str, changes: tuple[FieldChange, ...] = ()
) -> Json:
    """Return the form with a field for each other language, and what others changed (D23)."""
    t, task = texts(language), shown.task
    _ = t.gettext
    rows = [
        _("Old title: {title}", title=escaped(task.old_title)),
        _("New title: {title}", title=escaped(task.new_title)),
    ]
    by_block = {TITLES if change.field == NEW_TITLE else change.field: change for change in changes}
    blocks: list[Block] = [SectionBlock("\n".join(rows), block_id=TITLES)]
    if changes:
        blocks = [*alert_blocks(refusal_note(t)), *blocks]
    for tag in target_languages(authority.text_language):
        value = shown.titles.get(tag) or None
        element = PlainTextInput(TITLE + tag, initial_value=value, max_length=LONGEST_TITLE)
        label = t.language_name(tag)
        blocks.append(InputBlock(label, element, block_id=TITLE + tag, optional=True))
    blocks.append(_close_box(t, ticked=shown.close))
    versions = dict(shown.versions)
    metadata = {"task": task.id, "title": task.new_title, "versions": versions}
    view = ModalView(
        title=PlainText(_("Translate a title")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json(metadata),
        blocks=list(_with_changes(blocks, by_block, t)),
    )
    return view_json(view)


def edit_in(form: SubmittedForm) -> TitleEdit:
    """Read what was typed, and what the form had shown.

    Raises:
        BadPayloadError: the metadata is not ours.
    """
    names = [name for name in form.values if name.startswith(TITLE) and name != CLOSE]
    return TitleEdit(
        form.metadata_number("task"),
        form.metadata_text("title"),
        {name.removeprefix(TITLE): form.text(name) for name in names},
        form.metadata_mapping("versions"),
        close=bool(form.values.get(CLOSE)),
    )


def _close_box(t: Texts, *, ticked: bool) -> InputBlock:
    option = Option(PlainText(t.gettext("Close this task")), "yes")
    box = CheckboxGroup(CLOSE, [option], initial_options=[option] if ticked else None)
    hint = t.gettext("Languages that are empty then keep the original title.")
    label = t.gettext("Remaining languages")
    return InputBlock(label, box, block_id=CLOSE, hint=hint, optional=True)


def _with_changes(
    blocks: Sequence[Block], changes: Mapping[str, FieldChange], t: Texts
) -> Iterator[Block]:
    """Yield the blocks, and below each field what somebody else typed there meanwhile."""
    for block in blocks:
        yield block
        if change := changes.get(block.block_id):
            # Translators have no name in IMI, but an account in Slack.
            by = f"<@{change.by}>" if change.by and change.field != NEW_TITLE else ""
            text = change_text(change, escaped, t, by=by)
            yield ContextBlock([Text(text)], block_id=f"changed_{change.field}")


def queue(tasks: tuple[OpenTask, ...], total: int, language: str) -> Json:
    """Return the open tasks, the oldest first, each with the languages that are left."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        SectionBlock(
            f"*{escaped(authority.official_name)}*\n"
            f"{escaped(task.old_title)} → {escaped(task.new_title)}\n{left_line(left, t)}",
            accessory=Button(_("Translate"), TRANSLATE, value=str(task.id)),
            block_id=f"task_{task.id}",
        )
        for task, authority, left in tasks
    ]
    if not blocks:
        blocks.append(SectionBlock(_("There are no titles to translate."), block_id="none"))
    if total > len(tasks):
        rest = total - len(tasks)
        blocks.append(
            ContextBlock([Text(t.ngettext("and {number} more", "and {number} more", rest))])
        )
    view = ModalView(
        title=PlainText(_("Titles to translate")),
        close=PlainText(_("Close")),
        callback_id="title_queue",
        blocks=blocks,
    )
    return view_json(view)


def saved(left: tuple[str, ...], language: str, *, closed: bool) -> Json:
    """Return the confirmation that the titles are saved, and how many languages are left."""
    t = texts(language)
    lines = [":white_check_mark: " + t.gettext("Thank you. The titles have been saved.")]
    if not closed:
        lines.append(left_line(left, t))
    return notice_view("\n".join(lines), language)
