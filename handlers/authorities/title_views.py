"""The modals of the Commission's queue: the open tasks, and the form for translations; pure."""

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
from core.authorities.titles import TitleTask, others_than
from core.languages.texts import texts
from core.limits import LONGEST_TITLE
from handlers.answers import notice
from handlers.authorities.messages import TRANSLATE
from handlers.blocks import Json, compact, drawn_view
from handlers.markdown import escaped
from handlers.payloads import SubmittedForm

FORM = "title_form"
TITLE = "title_"  # and the language


def form(task: TitleTask, authority: Authority, language: str) -> Json:
    """Return a field for each other language; those left empty stay untranslated."""
    t = texts(language)
    _ = t.gettext
    rows = [
        _("Old title: {title}", title=escaped(task.old_title)),
        _("New title: {title}", title=escaped(task.new_title)),
    ]
    blocks: list[Block] = [SectionBlock("\n".join(rows), block_id="titles")]
    for tag in others_than(authority.text_language):
        field = PlainTextInput(TITLE + tag, max_length=LONGEST_TITLE)
        label = t.language_name(tag)
        blocks.append(InputBlock(label, field, block_id=TITLE + tag, optional=True))
    view = ModalView(
        title=PlainText(_("Translate a title")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=compact({"task": task.id}),
        blocks=blocks,
    )
    return drawn_view(view)


def typed_in(form: SubmittedForm) -> dict[str, str]:
    """Read the titles by language."""
    names = (name for name in form.values if name.startswith(TITLE))
    return {name.removeprefix(TITLE): form.text(name) for name in names}


def queue(tasks: tuple[tuple[TitleTask, Authority], ...], total: int, language: str) -> Json:
    """Return the open tasks, the one that has waited longest first."""
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
        blocks.append(SectionBlock(_("No title waits for translation."), block_id="none"))
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
    return drawn_view(view)


def saved(language: str) -> Json:
    """Return that the titles are saved."""
    said = texts(language).gettext("Thank you. The titles are saved.")
    return notice(f":white_check_mark: {said}", language)
