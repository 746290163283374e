"""Finds in the audit trail who changed a field of an authority, and its old value (D22, D23)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from core.administration.permissions import Editor
from core.audit.rows import entries
from core.audit.rules import Act, AuditDetails, AuditEvent, texts_in
from core.authorities.details import version_of
from core.errors import FieldChange
from core.merging import SetEdit
from core.users import editors


class Field(Protocol):
    """A field of an authority, and how the audit trail records its changes."""

    @property
    def name(self) -> str:
        """Return its name, as errors have it."""

    @property
    def act(self) -> Act:
        """Return the act by which it is changed."""

    def concerns(self, details: AuditDetails) -> bool:
        """Return whether the details of such an act are about this field."""

    def value_before(self, details: AuditDetails, after: str) -> str | None:
        """Return the value before the change; None if the change did not lead to `after`."""


@dataclass(frozen=True, slots=True)
class DetailField:
    """A field of which the trail records the values before and after, such as the address.

    `key` is its name in the trail, if that is another than in the form.
    """

    name: str
    act: Act = Act.AUTHORITY_EDITED
    key: str = ""

    def concerns(self, details: AuditDetails) -> bool:
        """Return whether the details have the field."""
        return self._key in _mapping(details, "after")

    def value_before(self, details: AuditDetails, after: str) -> str | None:
        """Return the recorded value before the change."""
        if _mapping(details, "after")[self._key] != after:
            return None
        return str(_mapping(details, "before").get(self._key, ""))

    @property
    def _key(self) -> str:
        return self.key or self.name


@dataclass(frozen=True, slots=True)
class SetField:
    """The keywords or coordinators of a module, of which the trail records added and removed ones.

    Its value is the sorted codes or ids as texts, with spaces between them.
    """

    name: str
    act: Act
    module: str

    def concerns(self, details: AuditDetails) -> bool:
        """Return whether the details are about the module."""
        return details.get("module") == self.module

    def value_before(self, details: AuditDetails, after: str) -> str | None:
        """Return the value without those added, and with those removed."""
        chosen, added = frozenset(after.split()), texts_in(details, "added")
        removed = texts_in(details, "taken")
        if not added <= chosen or removed & chosen:
            return None
        return set_value((chosen - added) | removed)


def set_value(chosen: frozenset[str]) -> str:
    """Return the value of a `SetField` with these codes or ids."""
    return " ".join(sorted(chosen))


@dataclass(frozen=True, slots=True)
class FieldHistory:
    """Finds who changed a field of an authority; `name_of` returns the name of an act's actor."""

    tx: Connection
    authority_id: int
    name_of: Callable[[AuditEvent], str]

    @classmethod
    def read_by(cls, tx: Connection, editor: Editor) -> "FieldHistory":
        """Return the history of the authority that the editor edits, with names for them."""
        authority_id = editor.authority.id

        def name_of(event: AuditEvent) -> str:
            return editors.shown_name(tx, event.actor, editor.user, authority_id)

        return cls(tx, authority_id, name_of)

    def change_of(self, field: Field, *, now: str, seen: str | None) -> FieldChange:
        """Return the change by others that led from the value `seen` to the value `now`.

        `seen` is the version mark of the value that the form showed. In the result the name is
        empty, and the value before is None, where the trail does not say.
        """
        by, value, before = None, now, "" if seen == version_of("") else None
        found = entries.newest_of(
            self.tx, (field.act,), authority_id=self.authority_id, user_id=None
        )
        for entry in found:
            event = entry.audit_event
            if not field.concerns(event.details):
                continue
            earlier = field.value_before(event.details, value)
            if earlier is None:
                break
            by = self.name_of(event) if by is None else by
            if version_of(earlier) == seen:
                before = earlier
                break
            value = earlier
        return FieldChange(field.name, by or "", before, now)


@dataclass(frozen=True, slots=True)
class SetHistory:
    """Finds what others did to an authority's keywords and coordinators after an audit entry.

    `since` is the number of the newest entry when the editor opened the form.
    """

    tx: Connection
    editor: Editor
    since: int

    def opposite_of(self, field: SetField, edit: SetEdit[str], now: str) -> FieldChange | None:
        """Return the newest change that removed what the edit adds, or added what it removes (D23).

        `now` is the field's stored value. Such a change and what came before it cancel each other
        out in the stored value, so that only the trail shows it.
        """
        value: str | None = now
        for event in self._events(field.act) if edit else ():
            if not field.concerns(event.details):
                continue
            before = None if value is None else field.value_before(event.details, value)
            removed, added = texts_in(event.details, "taken"), texts_in(event.details, "added")
            if removed & edit.added or added & edit.removed:
                return FieldChange(field.name, self._name_of(event), before, now)
            value = before
        return None

    def withdrawal_of(self, field: SetField, seen: str) -> FieldChange | None:
        """Return the withdrawal of the field's module; None if it was not withdrawn since then.

        `seen` is the value that the form showed.
        """
        for event in self._events(Act.MODULES_WITHDRAWN):
            if field.module in texts_in(event.details, "modules"):
                return FieldChange(field.name, self._name_of(event), seen, "")
        return None

    def _name_of(self, event: AuditEvent) -> str:
        return editors.shown_name(self.tx, event.actor, self.editor.user, self.editor.authority.id)

    def _events(self, act: Act) -> Iterator[AuditEvent]:
        found = entries.newest_of(
            self.tx, (act,), authority_id=self.editor.authority.id, user_id=None
        )
        yield from (entry.audit_event for entry in found if entry.id > self.since)


def _mapping(details: AuditDetails, name: str) -> Mapping[str, object]:
    found = details.get(name)
    return found if isinstance(found, Mapping) else {}
