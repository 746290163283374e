"""Keywords, general and by module, and linked coordinators (R33-R37, D18)."""

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
    """What an authority is competent for: keyword codes and coordinators' ids by module.

    The general keywords stand under the empty module.
    """

    keywords: Keywords = field(default_factory=dict)
    coordinators: Coordinators = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompetenceEdit:
    """The competences some modules are to have (others stay), and the mark of those seen."""

    authority_id: int
    wish: Competences
    mark: str


def competences_of(tx: Connection, authority_id: int) -> Competences:
    """Return what is chosen now."""
    linked = competences.coordinators_of(tx, authority_id)
    return Competences(competences.keywords_of(tx, authority_id), linked)


def version_of_competences(found: Competences, modules_seen: Iterable[str]) -> str:
    """Return a short mark of what is chosen in these modules, to tell what others change (D23)."""
    parts = []
    for module in sorted(modules_seen):
        words = sorted(found.keywords.get(module, ()))
        linked = sorted(found.coordinators.get(module, ()))
        parts.append(f"{module}:{words}:{linked}")
    return version_of("|".join(parts))


def edit_competences(
    tx: Connection, edit: CompetenceEdit, principal: Principal, catalogue: Catalogue, now: datetime
) -> Editor:
    """Write the keywords and the coordinators, on the record; the same change nothing.

    Raises:
        NotAdministratorError, NotFoundError: as `rights.require_editor`.
        EditedMeanwhileError: what was seen is no longer so (D23).
        FormError: a keyword the catalogue does not have there, or no coordinator (D18).
    """
    editor = require_editor(tx, principal, edit.authority_id)
    wish, current = edit.wish, competences_of(tx, edit.authority_id)
    touched = {*wish.keywords, *wish.coordinators}
    if version_of_competences(current, touched) != edit.mark:
        raise EditedMeanwhileError(("keywords",))
    _require_known(tx, editor, wish, catalogue)
    _Hand(tx, editor, now).write(current, wish)
    search_index.index(tx, edit.authority_id)
    return editor


def _require_known(tx: Connection, editor: Editor, wish: Competences, catalogue: Catalogue) -> None:
    own = {GENERAL, *editor.authority.modules}
    errors: list[InputError] = []
    for module, codes in wish.keywords.items():
        if module not in own or not codes <= selectable_keywords(catalogue, module):
            errors.append(UnknownKeywordError(f"keywords_{module}"))
    for module, ids in wish.coordinators.items():
        offered = competences.coordinators_in(tx, module, editor.authority.id, editor.user.language)
        possible = {number for number, _ in offered}
        if module not in own or not ids <= possible:
            errors.append(BadCoordinatorError(f"coordinators_{module}"))
    if errors:
        raise FormError(tuple(errors))


def selectable_keywords(catalogue: Catalogue, module: str) -> frozenset[str]:
    """Return the codes that can be chosen in the module; the general ones under the empty one."""
    if module == GENERAL:
        return frozenset(word.code for one in catalogue.fields for word in one.keywords)
    found = (one.keywords for one in catalogue.modules if one.code == module)
    return frozenset(word.code for words in found for word in words)


@dataclass(frozen=True, slots=True)
class _Hand:
    """One editor's hand on the competences of one authority, which is locked."""

    tx: Connection
    editor: Editor
    now: datetime

    def write(self, current: Competences, wish: Competences) -> None:
        for module, codes in wish.keywords.items():
            before = current.keywords.get(module, frozenset())
            if codes != before:
                self._write_keywords(module, before, codes)
        for module, ids in wish.coordinators.items():
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
