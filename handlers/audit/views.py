"""The modal with the audit trail: filters, one page of entries, and export buttons."""

from dataclasses import dataclass
from datetime import date

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DatePicker,
    Element,
    ModalView,
    Option,
    PlainText,
    SectionBlock,
    StaticSelectMenu,
)

from core.audit.rules import Act, ActorKind
from core.audit_log.service import AuditLogLine, AuditLogPage, AuditLogQuery
from core.catalogue.rules import Catalogue
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui.audit_act_names import audit_act_names
from handlers.ui.audit_details import detail_lines
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.markdown import escaped
from handlers.ui.search_fields import filter_field, search_field
from handlers.ui.search_text import clean_search_text

TRAIL = "audit_trail"
PERSON = "audit_person"
ACT = "audit_act"
SINCE = "audit_since"
UNTIL = "audit_until"
NEWER = "audit_newer"
OLDER = "audit_older"
CSV = "audit_csv"
JSON_LINES = "audit_json"
LONGEST_DETAILS = 300


@dataclass(frozen=True, slots=True)
class AuditTrailState:
    """The query, the page that is shown, and the time zone of the reader."""

    query: AuditLogQuery
    page: AuditLogPage
    tz: str


def trail_view(state: AuditTrailState, catalogue: Catalogue, language: str) -> Json:
    """Return the modal with a page of the trail, newest first."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        *_filters(state.query, t),
        *(_entry(line, state.tz, catalogue, t) for line in state.page.lines),
        *_empty(state, t),
        *_buttons(state.page, t),
    ]
    view = ModalView(
        title=PlainText(_("Audit trail")),
        submit=PlainText(t.pgettext("button", "Search")),
        close=PlainText(_("Close")),
        callback_id=TRAIL,
        private_metadata=metadata_json(_metadata(state)),
        blocks=blocks,
    )
    return view_json(view)


def query_in_fields(form: SubmittedForm) -> AuditLogQuery:
    """Read the query from the input fields."""
    return _query({name: form.text(name) for name in (PERSON, ACT, SINCE, UNTIL)})


def query_in_metadata(form: SubmittedForm) -> AuditLogQuery:
    """Read the query of the page that is shown; the input fields may hold another one by now."""
    return _query(form.metadata_mapping("query"))


def _query(values: dict[str, str]) -> AuditLogQuery:
    act = values.get(ACT, "")
    return AuditLogQuery(
        clean_search_text(values.get(PERSON, "")),
        act if act in set(Act) else "",
        _day(values.get(SINCE, "")),
        _day(values.get(UNTIL, "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _metadata(state: AuditTrailState) -> Json:
    query, lines = state.query, state.page.lines
    values = {
        PERSON: query.person,
        ACT: query.act,
        SINCE: query.since.isoformat() if query.since else "",
        UNTIL: query.until.isoformat() if query.until else "",
    }
    numbers = {"first": lines[0].entry.id, "last": lines[-1].entry.id} if lines else {}
    return {"query": values, **numbers}


def _filters(query: AuditLogQuery, t: Texts) -> list[Block]:
    _ = t.gettext
    options = {
        act.value: Option(PlainText(text), act.value) for act, text in audit_act_names(t).items()
    }
    act = StaticSelectMenu(
        ACT, options=list(options.values()), initial_option=options.get(query.act)
    )
    filters = {
        ACT: (_("Action taken"), act),
        SINCE: (t.pgettext("first day", "From"), _date_picker(SINCE, query.since)),
        UNTIL: (_("Until (inclusive)"), _date_picker(UNTIL, query.until)),
    }
    return [
        search_field(PERSON, _("Person who acted or is concerned"), query.person),
        *(filter_field(name, label, element) for name, (label, element) in filters.items()),
    ]


def _date_picker(action_id: str, day: date | None) -> DatePicker:
    return DatePicker(action_id, initial_date=day.isoformat() if day else None)


def _entry(line: AuditLogLine, tz: str, catalogue: Catalogue, t: Texts) -> Block:
    entry, names = line.entry, audit_act_names(t)
    audit_event = entry.audit_event
    text = [f"*{escaped(names[audit_event.act])}* · {t.moment(entry.at, tz)} · {entry.id}"]
    text.append(_people_text(line, t))
    if lines := detail_lines(audit_event, catalogue, t):
        details = "\n".join(lines)
        short = details if len(details) <= LONGEST_DETAILS else f"{details[:LONGEST_DETAILS]}…"
        text.append(escaped(short))
    return SectionBlock("\n".join(text), block_id=f"entry_{entry.id}")


def _people_text(line: AuditLogLine, t: Texts) -> str:
    by = actor_name(line, t)
    about = line.about
    if about is None or (line.by is not None and line.by.id == about.id):
        return escaped(by)
    return escaped(
        t.gettext("By: {by} · Person concerned: {name}", by=by, name=full_name(about, t.language))
    )


def actor_name(line: AuditLogLine, t: Texts) -> str:
    """Return the name of the actor of an entry."""
    _ = t.gettext
    if line.by is not None:
        return full_name(line.by, t.language)
    return {
        ActorKind.USER: _("Erased user"),
        ActorKind.SYSTEM: _("The system"),
        ActorKind.COMMAND_LINE: _("System operator"),
        ActorKind.ANONYMOUS: _("Unknown person"),
        ActorKind.COMMISSION: _("The Commission"),
        ActorKind.UNREADABLE: _("Unreadable"),
    }[line.entry.audit_event.actor.kind]


def _empty(state: AuditTrailState, t: Texts) -> list[Block]:
    if state.page.lines:
        return []
    text = t.gettext("No entries match. Clear a field, or choose earlier dates.")
    return [SectionBlock(text, block_id="empty")]


def _buttons(page: AuditLogPage, t: Texts) -> list[Block]:
    _ = t.gettext
    buttons: list[Element] = []
    if page.has_newer:
        buttons.append(Button(_("Newer"), NEWER, value="newer"))
    if page.has_older:
        buttons.append(Button(_("Older"), OLDER, value="older"))
    if page.lines:
        buttons.append(Button(_("As a CSV file"), CSV, value="csv"))
        buttons.append(Button(_("As JSON Lines"), JSON_LINES, value="json"))
    return [ActionsBlock(buttons, block_id="pages")] if buttons else []
