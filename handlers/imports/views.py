"""The modals of an import of users: file, progress, preview and result."""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    FileInput,
    InputBlock,
    ModalView,
    PlainText,
    SectionBlock,
    Text,
)

from core.imports.columns import FIELDS, REQUIRED_FIELDS
from core.imports.rules import MAX_ROWS, FileNotes, ImportReport, RowOutcome, RowStatus
from core.languages.names import full_name
from core.languages.punctuation import labelled
from core.languages.texts import Texts, texts
from handlers.imports.report_lines import note_lines, refusal_reasons
from handlers.json_types import Json
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.markdown import escaped, shortened

FORM = "import_form"
REPORT = "import_report"
FILE = "file"
AS_FILE = "import_as_file"
# The number of refused rows in the modal; the file lists all of them.
MOST_NAMED = 10
# The number of new users in the modal, and in each of its sections, which hold 3000 characters.
MOST_SHOWN = 50
NAMES_IN_SECTION = 10


def form(language: str, problem: str = "") -> Json:
    """Return the form that takes the file; `problem` is what was wrong with the last file."""
    t = texts(language)
    _ = t.gettext
    example = "first_name;last_name;language;email;phone;username;roles"
    row = "Ida;Møller;da;ida@authority.example;+4533445566;;PQ:BASIC PR:BASIC"
    optional = ", ".join(f"`{name}`" for name in FIELDS if name not in REQUIRED_FIELDS)
    blocks = _problem(problem)
    blocks += [
        SectionBlock(
            _(
                "Put your users into a table, one per row, and choose the workbook"
                " (.xlsx) or a CSV file in UTF-8. The first row contains the column"
                " names:"
            )
            + f"\n```{example}\n{row}```"
        ),
        SectionBlock(
            _(
                "These columns can be left empty: {columns}. Without a username, one is"
                " generated from the name. Nothing is registered until you have seen a"
                " preview.",
                columns=optional,
            )
        ),
        InputBlock(_("File"), FileInput(FILE, ["csv", "txt", "xlsx"], 1), block_id=FILE),
        ContextBlock(
            [
                Text(
                    t.ngettext(
                        "Up to {number} user per file. The file contains personal data:"
                        " delete it from Slack when you have finished.",
                        "Up to {number} users per file. The file contains personal data:"
                        " delete it from Slack when you have finished.",
                        MAX_ROWS,
                    )
                )
            ]
        ),
    ]
    view = ModalView(
        title=PlainText(_("Import users")),
        submit=PlainText(_("Check")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        blocks=blocks,
    )
    return view_json(view)


def checking(done: int, total: int, language: str) -> Json:
    """Return the modal that is shown while the file is checked."""
    t = texts(language)
    text = t.gettext("The file is being checked.")
    return _notice([SectionBlock(f":hourglass: {text}"), *_progress(done, total, t)], t)


def importing(done: int, total: int, language: str) -> Json:
    """Return the modal that is shown while users are registered."""
    t = texts(language)
    text = t.gettext(
        "The users are being registered. You can close this window; you will get a message"
        " when it is done."
    )
    return _notice([SectionBlock(f":hourglass: {text}"), *_progress(done, total, t)], t)


def report(import_report: ImportReport, notes: FileNotes, metadata: Json, language: str) -> Json:
    """Return the preview, with a button to register if there is anybody to register.

    It shows the names as they will be registered (D33), and what of the file was left out.
    """
    t = texts(language)
    _, new = t.gettext, import_report.count(RowStatus.CREATED)
    blocks = [
        SectionBlock("\n".join(_expected(import_report, t)), block_id="counts"),
        *_notes(notes, t),
        *_rows(import_report, t),
        *_new_users(import_report, t),
    ]
    as_file = Button(_("Download every row as a file"), AS_FILE, value="report")
    blocks.append(ActionsBlock([as_file], block_id=AS_FILE))
    button = t.ngettext("Register {number}", "Register {number}", new)
    view = ModalView(
        title=PlainText(_("Import users")),
        submit=PlainText(button) if new else None,
        close=PlainText(_("Cancel") if new else _("Close")),
        callback_id=REPORT,
        private_metadata=metadata_json(metadata),
        blocks=blocks,
    )
    return view_json(view)


def finished(import_report: ImportReport, language: str, problem: str = "") -> Json:
    """Return the result, and the problem that stopped the import, if any."""
    t = texts(language)
    counts = SectionBlock("\n".join(result(import_report, t)), block_id="counts")
    return _notice([*_problem(problem), counts, *_rows(import_report, t)], t)


def result(import_report: ImportReport, t: Texts) -> list[str]:
    """Return the result as one line per outcome."""
    created, unchanged, refused = (import_report.count(status) for status in RowStatus)
    lines = [
        ":white_check_mark: "
        + t.ngettext(
            "{number} user has been registered.", "{number} users have been registered.", created
        )
    ]
    if created:
        text = t.gettext(
            "Users who are in Slack with the same e-mail address get the username by"
            " Slack message. Home lists the users whom you have to tell it in person or"
            " by phone."
        )
        lines.append(f":speech_balloon: {text}")
    return [*lines, *_unchanged_and_refused(unchanged, refused, t)]


def _expected(import_report: ImportReport, t: Texts) -> list[str]:
    created, unchanged, refused = (import_report.count(status) for status in RowStatus)
    text = t.ngettext(
        "{number} user will be registered.", "{number} users will be registered.", created
    )
    return [f":white_check_mark: {text}", *_unchanged_and_refused(unchanged, refused, t)]


def _unchanged_and_refused(unchanged: int, refused: int, t: Texts) -> list[str]:
    lines = []
    if unchanged:
        text = t.ngettext(
            "{number} person is already a user here and stays unchanged.",
            "{number} people are already users here and stay unchanged.",
            unchanged,
        )
        lines.append(f":information_source: {text}")
    if refused:
        text = t.ngettext(
            "{number} row cannot be registered.", "{number} rows cannot be registered.", refused
        )
        lines.append(f":no_entry: {text}")
    return lines


def _problem(problem: str) -> list[Block]:
    return alert_blocks(escaped(problem), block_id="problem")


def _notes(notes: FileNotes, t: Texts) -> list[Block]:
    lines = [f"• {escaped(line)}" for line in note_lines(notes, t)]
    return [SectionBlock(shortened("\n".join(lines)), block_id="notes")] if lines else []


def _new_users(import_report: ImportReport, t: Texts) -> list[Block]:
    """Return the first names as they will be registered, with address and username."""
    new = import_report.of(RowStatus.CREATED)
    lines = [f"• {_new_user_line(outcome, t)}" for outcome in new[:MOST_SHOWN]]
    blocks: list[Block] = [
        SectionBlock(
            shortened("\n".join(lines[first : first + NAMES_IN_SECTION])), block_id=f"new_{number}"
        )
        for number, first in enumerate(range(0, len(lines), NAMES_IN_SECTION), 1)
    ]
    return [*blocks, *_more(len(new) - MOST_SHOWN, t)]


def _new_user_line(outcome: RowOutcome, t: Texts) -> str:
    name = escaped(full_name(outcome, t.language)[:100])
    email = escaped(outcome.row.typed.email[:100])
    return f"*{name}*, {email}, {escaped(outcome.username)}"


def _more(number: int, t: Texts) -> list[Block]:
    if number <= 0:
        return []
    return [ContextBlock([Text(t.ngettext("and {number} more", "and {number} more", number))])]


def _rows(import_report: ImportReport, t: Texts) -> list[Block]:
    """Return the first refused rows with their reasons."""
    refused = import_report.of(RowStatus.REFUSED)
    if not refused:
        return []
    lines = [f"• {_refused_row_line(outcome, t)}" for outcome in refused[:MOST_NAMED]]
    section = SectionBlock(shortened("\n".join(lines)), block_id="refused")
    return [section, *_more(len(refused) - MOST_NAMED, t)]


def _refused_row_line(outcome: RowOutcome, t: Texts) -> str:
    name = escaped(full_name(outcome, t.language)[:100])
    row = t.gettext("Row {row}", row=outcome.row.number)
    reasons = escaped(" ".join(refusal_reasons(outcome, t.language)))
    return labelled(f"*{row}* {name}", reasons, t.language)


def _progress(done: int, total: int, t: Texts) -> list[Block]:
    if not total:
        return []
    bar = "▓" * (20 * done // total)
    text = t.gettext("{done} of {total}", done=done, total=total)
    return [SectionBlock(f"`{bar:░<20}` {text}", block_id="progress")]


def _notice(blocks: list[Block], t: Texts) -> Json:
    view = ModalView(
        title=PlainText(t.gettext("Import users")),
        close=PlainText(t.gettext("Close")),
        callback_id="import_notice",
        blocks=blocks,
    )
    return view_json(view)
