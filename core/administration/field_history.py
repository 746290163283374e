"""Finds in the audit trail who changed a field of an authority, and its old value (D22, D23)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from core.audit.rows import entries
from core.audit.rules import Act, AuditDetails, texts_in
from core.authorities.details import version_of
from core.errors import FieldChange
from core.users import editors

# So many entries are looked through at most.
_LOOKED_THROUGH = 100


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
    """A field of the Authority tab, which the trail records with the values before and after."""

    name: str
    act: Act = Act.AUTHORITY_EDITED

    def concerns(self, details: AuditDetails) -> bool:
        """Return whether the details have the field."""
        return self.name in _mapping(details, "after")

    def value_before(self, details: AuditDetails, after: str) -> str | None:
        """Return the recorded value before the change."""
        if _mapping(details, "after")[self.name] != after:
            return None
        return str(_mapping(details, "before").get(self.name, ""))


@dataclass(frozen=True, slots=True)
class SetField:
    """The keywords or coordinators of a module, of which the trail records added and taken ones.

    Its value is the sorted codes or ids as texts, with spaces between them.
    """

    name: str
    act: Act
    module: str

    def concerns(self, details: AuditDetails) -> bool:
        """Return whether the details are about the module."""
        return details.get("module") == self.module

    def value_before(self, details: AuditDetails, after: str) -> str | None:
        """Return the value without those added, and with those taken."""
        chosen, added = frozenset(after.split()), texts_in(details, "added")
        taken = texts_in(details, "taken")
        if not added <= chosen or taken & chosen:
            return None
        return set_value((chosen - added) | taken)


def set_value(chosen: frozenset[str]) -> str:
    """Return the value of a `SetField` with these codes or ids."""
    return " ".join(sorted(chosen))


def change_of(
    tx: Connection, authority_id: int, field: Field, *, now: str, seen: str | None
) -> FieldChange:
    """Return what others changed in the field, whose value `now` is no more the one `seen`.

    `seen` is the version mark of the value that the form showed. In the result the name is empty,
    and the value before is None, where the trail does not say.
    """
    by, value, before = None, now, "" if seen == version_of("") else None
    found = entries.newest_of(
        tx, (field.act,), _LOOKED_THROUGH, authority_id=authority_id, user_id=None
    )
    for entry in found:
        event = entry.audit_event
        if not field.concerns(event.details):
            continue
        earlier = field.value_before(event.details, value)
        if earlier is None:
            break
        by = editors.name_of(tx, event.actor, authority_id) if by is None else by
        if version_of(earlier) == seen:
            before = earlier
            break
        value = earlier
    return FieldChange(field.name, by or "", before, now)


def _mapping(details: AuditDetails, name: str) -> Mapping[str, object]:
    found = details.get(name)
    return found if isinstance(found, Mapping) else {}
