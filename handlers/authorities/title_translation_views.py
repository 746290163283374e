"""The modal that lists authorities' titles to translate, and the modal to translate one of them."""

from slackblocks import (
    Block,
    Button,
    ContextBlock,
    InputBlock,
    ModalView,
    PlainText,
    PlainTextInput,
    SectionBlock,
    Text,
)

from core.authorities.rules import Authority
from core.authorities.titles import TitleTask, target_languages
from core.languages.texts import texts
from core.text_lengths import LONGEST_TITLE
from handlers.authorities.messages import TRANSLATE
from handlers.payloads import SubmittedForm
from handlers.responses import notice_view
from handlers.ui.blocks import Json, metadata_json, view_json
from handlers.ui.markdown import escaped

FORM = "title_form"
TITLE = "title_"  # followed by the language


def form(task: TitleTask, authority: Authority, language: str) -> Json:
    """Return the form with a field for each other language; empty fields stay untranslated."""
    t = texts(language)
    _ = t.gettext
    rows = [
        _("Old title: {title}", title=escaped(task.old_title)),
        _("New title: {title}", title=escaped(task.new_title)),
    ]
    blocks: list[Block] = [SectionBlock("\n".join(rows), block_id="titles")]
    for tag in target_languages(authority.text_language):
        element = PlainTextInput(TITLE + tag, max_length=LONGEST_TITLE)
        label = t.language_name(tag)
        blocks.append(InputBlock(label, element, block_id=TITLE + tag, optional=True))
    view = ModalView(
        title=PlainText(_("Translate a title")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json({"task": task.id}),
        blocks=blocks,
    )
    return view_json(view)


def translations_in(form: SubmittedForm) -> dict[str, str]:
    """Read the translated titles by language."""
    names = (name for name in form.values if name.startswith(TITLE))
    return {name.removeprefix(TITLE): form.text(name) for name in names}


def queue(tasks: tuple[tuple[TitleTask, Authority], ...], total: int, language: str) -> Json:
    """Return the open tasks, the oldest first."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        SectionBlock(
            f"*{escaped(authority.official_name)}*\n"
            f"{escaped(task.old_title)} → {escaped(task.new_title)}",
            accessory=Button(_("Translate"), TRANSLATE, value=str(task.id)),
            block_id=f"task_{task.id}",
        )
        for task, authority in tasks
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


def saved(language: str) -> Json:
    """Return the confirmation that the titles are saved."""
    text = texts(language).gettext("Thank you. The titles have been saved.")
    return notice_view(f":white_check_mark: {text}", language)
