"""Renders the data stored about a user as a page to read, in the user's language (R59).

The page is one HTML file without anything loaded from elsewhere. It shows what concerns the person
in words; the JSON file beside it holds every stored field.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from core.audit.rules import SYSTEM, Act, AuditEvent
from core.catalogue.rules import Catalogue
from core.deliveries.rules import DeliveryKind
from core.languages.punctuation import labelled
from core.languages.texts import Texts, texts
from handlers.files import TextFile
from handlers.me.own_data_file import Row, role_text
from handlers.ui.audit_act_names import audit_act_names
from handlers.ui.audit_details import detail_lines
from handlers.ui.delivery_states import delivery_kind_name
from handlers.ui.field_labels import user_field_label

_STYLE = (
    "body{font:16px/1.5 Arial,Helvetica,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;"
    "color:#1d1c1d;background:#fff}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}"
    "li{margin:.25rem 0}"
)
_ACCOUNT_FIELDS = ("first_name", "last_name", "username", "email", "phone", "language")


@dataclass(frozen=True, slots=True)
class _Reader:
    """The words of the page: its texts, the time zone of its moments, and the catalogue."""

    t: Texts
    tz: str
    catalogue: Catalogue

    def moment(self, value: object) -> str:
        return self.t.moment(datetime.fromisoformat(str(value)), self.tz) if value else "–"


def own_data_page(
    found: Mapping[str, object], catalogue: Catalogue, tz: str, language: str
) -> TextFile:
    """Return the page; `found` is what `export_own_data` returns, `tz` the user's time zone."""
    reader = _Reader(texts(language), tz, catalogue)
    t = reader.t
    title = t.gettext("What IMI keeps about you")
    sections = "".join(
        _section(heading, [line_of(row, reader) for row in _rows(found, name)])
        for heading, name, line_of in _sections(t)
    )
    html = (
        f'<!doctype html>\n<html lang="{t.shown_language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body><main>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(reader.moment(found['taken_at']))}</p>\n"
        f"{_account(found, reader)}{sections}</main></body>\n</html>\n"
    )
    comment = t.gettext("This is personal data, yours. Nobody else sees it.")
    return TextFile("imi-data.html", title, html, comment, encoding="utf-8")


def _sections(t: Texts) -> list[tuple[str, str, Callable[[Row, _Reader], str]]]:
    _ = t.gettext
    return [
        (_("Roles"), "roles", lambda row, by: role_text(row, by.catalogue, by.t.language)),
        (_("Passwords: when each was made, and until when it is valid"), "passwords", _password),
        (_("Open sessions"), "sessions", _session),
        (_("Requests for a new password"), "requests_for_a_password", _request),
        (_("Messages"), "messages", _message),
        (_("What was done by you or about you"), "record_of_what_was_done", _act),
    ]


def _account(found: Mapping[str, object], reader: _Reader) -> str:
    t = reader.t
    lines = []
    for row in _rows(found, "account"):
        for name in _ACCOUNT_FIELDS:
            value = str(row.get(name) or "–")
            shown = t.language_name(value) if name == "language" else value
            lines.append(labelled(user_field_label(name, t), shown, t.language))
        last = reader.moment(row.get("last_signed_in_at"))
        lines.append(labelled(t.gettext("Last sign-in"), last, t.language))
    return _section(t.gettext("Account"), lines)


def _section(heading: str, lines: list[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>\n" for line in lines) or "<li>–</li>\n"
    return f"<h2>{escape(heading)}</h2>\n<ul>\n{items}</ul>\n"


def _password(row: Row, reader: _Reader) -> str:
    return f"{reader.moment(row['made_at'])} – {reader.moment(row['expires_at'])}"


def _session(row: Row, reader: _Reader) -> str:
    return reader.t.gettext(
        "since {since}, last used {seen}",
        since=reader.moment(row["opened_at"]),
        seen=reader.moment(row["seen_at"]),
    )


def _request(row: Row, reader: _Reader) -> str:
    return " · ".join(filter(None, (reader.moment(row["requested_at"]), str(row["reason"] or ""))))


def _message(row: Row, reader: _Reader) -> str:
    kind = str(row["kind"])
    name = delivery_kind_name(DeliveryKind(kind), reader.t) if kind in set(DeliveryKind) else kind
    return f"{reader.moment(row['queued_at'])} · {name}"


def _act(row: Row, reader: _Reader) -> str:
    act, details = str(row["act"]), row["details"]
    if act not in set(Act):
        return f"{reader.moment(row['at'])} · {act}"
    lines = [audit_act_names(reader.t)[Act(act)]]
    if isinstance(details, dict):
        event = AuditEvent(SYSTEM, Act(act), None, None, details)
        lines += detail_lines(event, reader.catalogue, reader.t)
    return " · ".join([reader.moment(row["at"]), *lines])


def _rows(found: Mapping[str, object], name: str) -> Iterator[Row]:
    rows = found.get(name)
    yield from rows if isinstance(rows, list) else []
