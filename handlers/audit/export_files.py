"""Renders the audit trail as a CSV file for people and as JSON Lines for programs."""

import json
from collections.abc import Iterable

from core.audit_log.service import AuditLogLine
from core.catalogue.rules import Catalogue
from core.languages.names import full_name
from core.languages.punctuation import listed
from core.languages.texts import Texts, texts
from handlers.audit.views import actor_name
from handlers.files import TextFile
from handlers.ui.audit_act_names import audit_act_names
from handlers.ui.audit_details import detail_lines
from handlers.ui.csv_files import csv_text


def csv_header(time_zone: str, language: str) -> str:
    """Return the header row of the CSV file, in the language; it names the time zone."""
    t = texts(language)
    _ = t.gettext
    header = [
        _("Number"),
        " ".join([_("Time"), f"({time_zone})"]),
        _("Done by"),
        _("Action"),
        _("Person concerned"),
        _("Details"),
    ]
    return csv_text([header], language)


def csv_lines(
    lines: Iterable[AuditLogLine], catalogue: Catalogue, time_zone: str, language: str
) -> str:
    """Return the entries as CSV, one per line, in words as the trail shows them in Slack."""
    t = texts(language)
    return csv_text((_row(line, catalogue, time_zone, t) for line in lines), language)


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


def _row(line: AuditLogLine, catalogue: Catalogue, time_zone: str, t: Texts) -> list[str]:
    entry, about = line.entry, line.about
    return [
        str(entry.id),
        t.moment(entry.at, time_zone),
        actor_name(line, t),
        audit_act_names(t)[entry.audit_event.act],
        "" if about is None else full_name(about, t.language),
        listed(detail_lines(entry.audit_event, catalogue, t), t.language),
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
        "entry_hash": entry.entry_hash,
    }
