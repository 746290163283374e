"""The report on an import as a CSV file, one line per row."""

from core.imports.columns import labels
from core.imports.rules import ImportReport, RowStatus
from core.languages.texts import texts
from handlers.imports.views import why
from handlers.ui.csv_files import csv_text


def report_file(found: ImportReport, language: str) -> str:
    """Return one line per row: its number, the person, the outcome, and the reason."""
    t = texts(language)
    _, label = t.gettext, labels(t)
    fates = {
        RowStatus.CREATED: _("new"),
        RowStatus.UNCHANGED: _("a user already"),
        RowStatus.REFUSED: _("refused"),
    }
    header = [
        _("Row"),
        *(label[name] for name in ("first_name", "last_name", "email", "username")),
        _("Outcome"),
        _("Why"),
    ]
    rows = [
        [
            str(one.line.number),
            one.line.typed.first_name,
            one.line.typed.last_name,
            one.line.typed.email,
            one.username,
            fates[one.fate],
            why(one, language),
        ]
        for one in found.outcomes
    ]
    return csv_text([header, *rows])
