"""Renders the report on an import of users as a CSV file, one line per row of the imported file."""

from core.imports.columns import labels
from core.imports.rules import ImportReport, RowStatus
from core.languages.texts import texts
from handlers.imports.report_lines import refusal_reasons
from handlers.ui.csv_files import csv_text


def report_file(report: ImportReport, language: str) -> str:
    """Return one line per row: its number, the person, the outcome, and the reason."""
    t = texts(language)
    _, labels_by_name = t.gettext, labels(t)
    outcome_names = {
        RowStatus.CREATED: t.pgettext("row of an imported file", "new"),
        RowStatus.UNCHANGED: _("already a user"),
        RowStatus.REFUSED: t.pgettext("row of an imported file", "refused"),
    }
    header = [
        _("Row"),
        *(labels_by_name[name] for name in ("first_name", "last_name", "email", "username")),
        _("Outcome"),
        _("Reason"),
    ]
    rows = [
        [
            str(outcome.row.number),
            outcome.first_name,
            outcome.last_name,
            outcome.row.typed.email,
            outcome.username,
            outcome_names[outcome.status],
            " ".join(refusal_reasons(outcome, language)),
        ]
        for outcome in report.outcomes
    ]
    return csv_text([header, *rows], language)
