"""Renders the report on an import: reasons for refused rows, and notes on how the file was read."""

from core.errors import FormError, InputError
from core.imports.columns import labels
from core.imports.rules import FileNotes, RowOutcome
from core.languages.punctuation import labelled
from core.languages.texts import Texts, texts
from core.text.characters import one_line
from handlers.refusal_texts import refusal_text

# Maximum number of characters that are quoted of each name in the file.
_MOST_QUOTED = 100


def refusal_reasons(outcome: RowOutcome, language: str) -> list[str]:
    """Return all reasons why a row is refused, each with its field; none if it is not refused."""
    refusal = outcome.refusal
    if refusal is None:
        return []
    errors = refusal.errors if isinstance(refusal, FormError) else (refusal,)
    labels_by_field = labels(texts(language))
    reasons = []
    for error in errors:
        field = error.field if isinstance(error, InputError) else ""
        label, text = labels_by_field.get(field), refusal_text(error, language)
        reasons.append(labelled(label, text, language) if label else text)
    return reasons


def note_lines(notes: FileNotes, t: Texts) -> list[str]:
    """Return notes on the reading of the file, one per line (D33)."""
    _ = t.gettext
    lines = []
    if notes.unknown_columns:
        columns = _quoted(notes.unknown_columns)
        lines.append(_("These columns are unknown and are left out: {columns}.", columns=columns))
    if notes.unread_sheets:
        sheets = _quoted(notes.unread_sheets)
        lines.append(_("These sheets are left out: {sheets}.", sheets=sheets))
    if notes.header_row > 1:
        row = notes.header_row
        lines.append(
            _("The column names are in row {row}. The rows above it are left out.", row=row)
        )
    if notes.code_page:
        lines.append(
            _(
                "The file is not in Unicode. Its characters suggest the code page"
                " {code_page}. Check the names.",
                code_page=notes.code_page,
            )
        )
    return lines


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(one_line(name[:_MOST_QUOTED]) for name in names)
