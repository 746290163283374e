"""Renders the audit trail as CSV and JSON Lines files."""

import json
from collections.abc import Iterable

from core.audit_log.service import AuditLogLine
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from handlers.audit.views import actor_name
from handlers.files import TextFile
from handlers.ui.audit_act_names import audit_act_names
from handlers.ui.csv_files import csv_text


def csv_header(language: str) -> str:
    """Return the header row of the CSV file, in the language."""
    _ = texts(language).gettext
    header = [
        _("Number"),
        _("Time"),
        _("Done by"),
        _("Action"),
        _("Person concerned"),
        _("Details"),
    ]
    return csv_text([header], language)


def csv_lines(lines: Iterable[AuditLogLine], language: str) -> str:
    """Return the entries as CSV, one per line; times are in UTC."""
    t = texts(language)
    return csv_text((_row(line, t) for line in lines), language)


def json_lines(lines: Iterable[AuditLogLine]) -> str:
    """Return the entries as JSON Lines, with codes and ids as they are stored."""
    return "".join(json.dumps(_object(line), ensure_ascii=False) + "\n" for line in lines)


def export_file(text: str, part: int, language: str, *, as_csv: bool) -> TextFile:
    """Return one of the files that make up the export; `part` counts from 1."""
    _ = texts(language).gettext
    name = "imi-audit" if part == 1 else f"imi-audit-{part}"
    comment = _("The file contains personal data. Delete it when you have finished.")
    if as_csv:
        return TextFile(f"{name}.csv", _("Audit trail"), text, comment)
    return TextFile(f"{name}.jsonl", _("Audit trail"), text, comment, encoding="utf-8")


def _row(line: AuditLogLine, t: Texts) -> list[str]:
    entry, about = line.entry, line.about
    return [
        str(entry.id),
        entry.at.isoformat(timespec="seconds"),
        actor_name(line, t),
        audit_act_names(t)[entry.audit_event.act],
        "" if about is None else full_name(about, t.language),
        json.dumps(dict(entry.audit_event.details), ensure_ascii=False),
    ]


def _object(line: AuditLogLine) -> dict[str, object]:
    entry, audit_event = line.entry, line.entry.audit_event
    return {
        "number": entry.id,
        "at": entry.at.isoformat(),
        "actor": audit_event.actor.kind.value,
        "actor_id": audit_event.actor.user_id,
        "act": audit_event.act.value,
        "user_id": audit_event.user_id,
        "details": dict(audit_event.details),
        "seal": entry.entry_hash,
    }
