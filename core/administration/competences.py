"""Edits an authority's competences: its keywords and its linked coordinators (R33-R37, D18).

A coordinator is an authority to which others link in a module.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

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
from core.role_keys import WHOLE_AUTHORITY
from core.users.principals import Principal

GENERAL = WHOLE_AUTHORITY

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

    `version` is the version mark of the competences that the form showed (D23).
    """

    authority_id: int
    competences: Competences
    version: str


def competences_of(tx: Connection, authority_id: int) -> Competences:
    """Return the authority's current competences."""
    linked = competences.coordinators_of(tx, authority_id)
    return Competences(competences.keywords_of(tx, authority_id), linked)


def version_of_competences(current: Competences, modules: Iterable[str]) -> str:
    """Return the version mark of the competences in these modules (D23)."""
    parts = []
    for module in sorted(modules):
        words = sorted(current.keywords.get(module, ()))
        linked = sorted(current.coordinators.get(module, ()))
        parts.append(f"{module}:{words}:{linked}")
    return version_of("|".join(parts))


def edit_competences(
    tx: Connection, edit: CompetenceEdit, principal: Principal, catalogue: Catalogue, now: datetime
) -> Editor:
    """Write the changed keywords and coordinators, and record each change in the audit trail.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        EditedMeanwhileError: the competences changed since the form was opened (D23).
        FormError: a keyword is not in the catalogue, or an authority is no coordinator (D18).
    """
    editor = require_editor(tx, principal, edit.authority_id)
    new, current = edit.competences, competences_of(tx, edit.authority_id)
    edited_modules = {*new.keywords, *new.coordinators}
    if version_of_competences(current, edited_modules) != edit.version:
        raise EditedMeanwhileError(("keywords",))
    _require_selectable(tx, editor, new, catalogue)
    _CompetenceWriter(tx, editor, now).write(current, new)
    search_index.index(tx, edit.authority_id)
    return editor


def _require_selectable(
    tx: Connection, editor: Editor, new: Competences, catalogue: Catalogue
) -> None:
    # Until the end none of them ceases to be a coordinator.
    competences.lock_coordinators(tx, frozenset().union(*new.coordinators.values()))
    own = {GENERAL, *editor.authority.modules}
    errors: list[InputError] = []
    for module, codes in new.keywords.items():
        if module not in own or not codes <= selectable_keywords(catalogue, module):
            errors.append(UnknownKeywordError(f"keywords_{module}"))
    for module, ids in new.coordinators.items():
        offered = competences.coordinators_in(tx, module, editor.authority.id, editor.user.language)
        selectable = {authority_id for authority_id, _ in offered}
        if module not in own or not ids <= selectable:
            errors.append(BadCoordinatorError(f"coordinators_{module}"))
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
