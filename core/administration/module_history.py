"""Finds in the audit trail who changed an authority's modules, and from what (D23)."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from core.administration.permissions import Editor
from core.audit.rows import entries
from core.audit.rules import Act, AuditEntry, texts_in
from core.errors import FieldChange
from core.users import editors

# The values of a module that the authority has, in a `FieldChange`; if not, the value is empty.
HELD, COORDINATING = "held", "coordinating"

_OF_MODULES = (Act.MODULES_GRANTED, Act.MODULES_WITHDRAWN, Act.COORDINATOR_FLAGGED)


def changes_of(
    tx: Connection,
    editor: Editor,
    values: Mapping[str, tuple[str, str]],
    since: int,
) -> tuple[FieldChange, ...]:
    """Return those of the modules that others changed since the form was opened.

    `values` has for each module the value that the form showed, and the one stored now. If they
    are equal, only the trail shows that somebody changed the module and changed it back: an entry
    after `since`, the number of the newest audit entry when the form was opened.
    """

    def name_of(entry: AuditEntry | None) -> str:
        if entry is None:
            return ""
        actor = entry.audit_event.actor
        return editors.shown_name(tx, actor, editor.user, editor.authority.id)

    newest = _newest_entries(tx, editor.authority.id) if values else {}
    changes = []
    for module, (shown, stored) in sorted(values.items()):
        entry, before = newest.get(module), shown
        if shown == stored:
            if entry is None or entry.id <= since:
                continue
            before = _value_before(entry)
        changes.append(FieldChange(module, name_of(entry), before, stored))
    return tuple(changes)


def _newest_entries(tx: Connection, authority_id: int) -> dict[str, AuditEntry]:
    """Return the newest entry about each module."""
    found = entries.newest_of(tx, _OF_MODULES, authority_id=authority_id, user_id=None)
    return {module: entry for entry in reversed(found) for module in _modules_in(entry)}


def _modules_in(entry: AuditEntry) -> Iterator[str]:
    details = entry.audit_event.details
    yield from texts_in(details, "modules")
    if isinstance(module := details.get("module"), str):
        yield module


def _value_before(entry: AuditEntry) -> str:
    """Return the value of the entry's modules before it; of a withdrawn one, that it was held."""
    event = entry.audit_event
    if event.act == Act.MODULES_GRANTED:
        return ""
    flagged_off = event.act == Act.COORDINATOR_FLAGGED and not event.details.get("flag")
    return COORDINATING if flagged_off else HELD
