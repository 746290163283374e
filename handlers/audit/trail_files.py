"""The audit trail as files; pure."""

import json
from collections.abc import Iterable

from core.audit.reading import Line
from core.languages.texts import Texts, texts
from handlers.audit.acts import act_names
from handlers.audit.views import actor_name
from handlers.users.csv_file import csv_of


def csv_trail(lines: Iterable[Line], language: str) -> str:
    """Return the entries as CSV, one a line, with a header in the language; times are UTC."""
    t = texts(language)
    _ = t.gettext
    header = [_("Number"), _("Time"), _("By"), _("Act"), _("About"), _("Details")]
    return csv_of([header, *(_row(line, t) for line in lines)])


def json_trail(lines: Iterable[Line]) -> str:
    """Return the entries as JSON Lines, with the codes and numbers that are stored."""
    return "".join(json.dumps(_object(line), ensure_ascii=False) + "\n" for line in lines)


def _row(line: Line, t: Texts) -> list[str]:
    entry, about = line.entry, line.about
    return [
        str(entry.id),
        entry.at.isoformat(timespec="seconds"),
        actor_name(line, t),
        act_names(t)[entry.happening.act],
        "" if about is None else about.full_name,
        json.dumps(dict(entry.happening.details), ensure_ascii=False),
    ]


def _object(line: Line) -> dict[str, object]:
    entry, happening = line.entry, line.entry.happening
    return {
        "number": entry.id,
        "at": entry.at.isoformat(),
        "actor": happening.actor.kind.value,
        "actor_id": happening.actor.user_id,
        "act": happening.act.value,
        "user_id": happening.user_id,
        "details": dict(happening.details),
        "seal": entry.seal,
    }
