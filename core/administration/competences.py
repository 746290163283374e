"""Edits an authority's competences: its keywords and its linked coordinators (R33-R37, D18).

A coordinator is an authority to which others link in a module (an area of IMI).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from core.administration.field_history import SetField, change_of, set_value
from core.administration.permissions import Editor, require_editor
from core.audit import service as audit
from core.audit.rules import Act
from core.authorities.details import version_of
from core.authorities.rows import competences
from core.authority_search import rows as search_index
from core.catalogue.rules import Catalogue
from core.errors import (
    BadCoordinatorError,
    EditedMeanwhileError,
    FormError,
    InputError,
    UnknownKeywordError,
)
from core.merging import Merge, merge
from core.role_keys import WHOLE_AUTHORITY
from core.users.principals import Principal

GENERAL = WHOLE_AUTHORITY

# The names of the fields; the module's code follows.
_KEYWORDS, _COORDINATORS = "keywords_", "coordinators_"
# The version mark of a field without a value.
_NOTHING = version_of("")

Keywords = Mapping[str, frozenset[str]]
Coordinators = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Competences:
    """Keyword codes and coordinators' ids by module; general keywords have the empty module."""

    keywords: Keywords = field(default_factory=dict)
    coordinators: Coordinators = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompetenceEdit:
    """A request to replace the competences in some modules; other modules stay unchanged.

    `versions` are the version marks of the competences that the form showed (D23).
    """

    authority_id: int
    competences: Competences
    versions: Mapping[str, str]


def competences_of(tx: Connection, authority_id: int) -> Competences:
    """Return the authority's current competences."""
    linked = competences.coordinators_of(tx, authority_id)
    return Competences(competences.keywords_of(tx, authority_id), linked)


def competence_versions(current: Competences, modules: Iterable[str]) -> dict[str, str]:
    """Return a version mark of the keywords and of the coordinators of each module (D23)."""
    return {name: version_of(text) for name, text in _values(current, modules).items()}


def _merge_of(current: Competences, new: Competences, versions: Mapping[str, str]) -> Merge:
    """Compare new competences with what others saved since the form showed these versions (D23).

    A field that the form did not show had no value there.
    """
    edited = {_KEYWORDS + module for module in new.keywords}
    edited |= {_COORDINATORS + module for module in new.coordinators}
    modules = {*new.keywords, *new.coordinators}
    typed = competence_versions(new, modules)
    now = {
        name: mark for name, mark in competence_versions(current, modules).items() if name in edited
    }
    seen = {name: versions.get(name, _NOTHING) for name in typed}
    return merge(seen, typed, now)


def edit_competences(
    tx: Connection, edit: CompetenceEdit, principal: Principal, catalogue: Catalogue, now: datetime
) -> tuple[str, ...]:
    """Write the changed keywords and coordinators, and record each change in the audit trail.

    Those of a module that only somebody else changed since the form was opened stay (D23); the
    names of these fields are returned.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        EditedMeanwhileError: somebody else changed the keywords or coordinators of a module to
            others than those typed since the form was opened (D23); names each such field.
        FormError: a keyword is not in the catalogue, or an authority is no coordinator (D18).
    """
    editor = require_editor(tx, principal, edit.authority_id)
    current = competences_of(tx, edit.authority_id)
    new, taken_over = _merged(tx, current, edit)
    _require_selectable(tx, editor, new, catalogue)
    _CompetenceWriter(tx, editor, now).write(current, new)
    search_index.index(tx, edit.authority_id)
    return taken_over


def _merged(
    tx: Connection, current: Competences, edit: CompetenceEdit
) -> tuple[Competences, tuple[str, ...]]:
    """Return the new competences, and the fields left out, which only somebody else changed."""
    new = edit.competences
    merged = _merge_of(current, new, edit.versions)
    if merged.conflicts:
        now = _values(current, {*new.keywords, *new.coordinators})
        raise EditedMeanwhileError.of(
            tuple(
                change_of(
                    tx,
                    edit.authority_id,
                    _recorded_field(name),
                    now=now[name],
                    seen=edit.versions.get(name),
                )
                for name in merged.conflicts
            )
        )
    theirs = merged.taken_over
    ours = Competences(
        {m: codes for m, codes in new.keywords.items() if _KEYWORDS + m not in theirs},
        {m: ids for m, ids in new.coordinators.items() if _COORDINATORS + m not in theirs},
    )
    return ours, theirs


def _values(chosen: Competences, modules: Iterable[str]) -> dict[str, str]:
    """Return the keywords and coordinators of each module as texts, by the names of the fields."""
    values = {}
    for module in sorted(modules):
        linked = chosen.coordinators.get(module, frozenset())
        values[_KEYWORDS + module] = set_value(chosen.keywords.get(module, frozenset()))
        values[_COORDINATORS + module] = set_value(frozenset(map(str, linked)))
    return values


def _recorded_field(name: str) -> SetField:
    if name.startswith(_KEYWORDS):
        return SetField(name, Act.KEYWORDS_CHANGED, name.removeprefix(_KEYWORDS))
    return SetField(name, Act.COORDINATORS_CHANGED, name.removeprefix(_COORDINATORS))


def _require_selectable(
    tx: Connection, editor: Editor, new: Competences, catalogue: Catalogue
) -> None:
    # Until the end none of them ceases to be a coordinator.
    competences.lock_coordinators(tx, frozenset().union(*new.coordinators.values()))
    own = {GENERAL, *editor.authority.modules}
    errors: list[InputError] = []
    for module, codes in new.keywords.items():
        if module not in own or not codes <= selectable_keywords(catalogue, module):
            errors.append(UnknownKeywordError(_KEYWORDS + module))
    for module, ids in new.coordinators.items():
        offered = competences.coordinators_in(tx, module, editor.authority.id, editor.user.language)
        selectable = {authority_id for authority_id, _ in offered}
        if module not in own or not ids <= selectable:
            errors.append(BadCoordinatorError(_COORDINATORS + module))
    if errors:
        raise FormError(tuple(errors))


def selectable_keywords(catalogue: Catalogue, module_code: str) -> frozenset[str]:
    """Return the keyword codes of a module in the catalogue; none for an unknown module.

    An empty module code stands for the general keywords.
    """
    if module_code == GENERAL:
        return frozenset(word.code for field in catalogue.fields for word in field.keywords)
    own = (module.keywords for module in catalogue.modules if module.code == module_code)
    return frozenset(word.code for words in own for word in words)


@dataclass(frozen=True, slots=True)
class _CompetenceWriter:
    """Writes and records an editor's changes to the competences of one locked authority."""

    tx: Connection
    editor: Editor
    now: datetime

    def write(self, current: Competences, new: Competences) -> None:
        for module, codes in new.keywords.items():
            before = current.keywords.get(module, frozenset())
            if codes != before:
                self._write_keywords(module, before, codes)
        for module, ids in new.coordinators.items():
            linked = current.coordinators.get(module, frozenset())
            if ids != linked:
                self._write_coordinators(module, linked, ids)

    def _write_keywords(self, module: str, before: frozenset[str], after: frozenset[str]) -> None:
        added, taken = after - before, before - after
        competences.write_keywords(self.tx, self.editor.authority.id, module, added, taken)
        self._record(Act.KEYWORDS_CHANGED, module, sorted(added), sorted(taken))

    def _write_coordinators(
        self, module: str, before: frozenset[int], after: frozenset[int]
    ) -> None:
        added, taken = after - before, before - after
        competences.write_coordinators(self.tx, self.editor.authority.id, module, added, taken)
        self._record(Act.COORDINATORS_CHANGED, module, sorted(added), sorted(taken))

    def _record(
        self, act: Act, module: str, added: Sequence[object], taken: Sequence[object]
    ) -> None:
        audit_event = audit.event_about(
            self.editor.actor,
            act,
            authority_id=self.editor.authority.id,
            module=module,
            added=list(added),
            taken=list(taken),
            on_behalf=self.editor.on_behalf,
        )
        audit.record(self.tx, audit_event, self.now)
