"""Edits an authority's competences: its keywords and its linked coordinators (R33-R37, D18)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from core.administration import notices
from core.administration.field_history import SetField, SetHistory, set_value
from core.administration.permissions import Editor, require_editor
from core.audit import service as audit
from core.audit.rules import Act
from core.authorities.rows import authorities, competences
from core.authority_search import rows as search_index
from core.catalogue.rules import Catalogue
from core.errors import (
    BadCoordinatorError,
    EditedMeanwhileError,
    FormError,
    InputError,
    UnknownKeywordError,
)
from core.merging import SetEdit
from core.role_keys import WHOLE_AUTHORITY
from core.users.principals import Principal

GENERAL = WHOLE_AUTHORITY

# The names of the fields; the module's code follows.
_KEYWORDS, _COORDINATORS = "keywords_", "coordinators_"

Keywords = Mapping[str, frozenset[str]]
Coordinators = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Competences:
    """Keyword codes and coordinators' ids by module; general keywords have the empty module."""

    keywords: Keywords = field(default_factory=dict)
    coordinators: Coordinators = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompetenceEdit:
    """A request to change the competences in some modules; other modules stay unchanged.

    `seen` are the competences that the form showed (D23), `since` the number of the newest audit
    entry when it was opened; without it, opposite changes by others are not looked for.
    """

    authority_id: int
    competences: Competences
    seen: Competences
    since: int | None = None


def competences_of(tx: Connection, authority_id: int) -> Competences:
    """Return the authority's current competences."""
    linked = competences.coordinators_of(tx, authority_id)
    return Competences(competences.keywords_of(tx, authority_id), linked)


def competence_values(chosen: Competences, modules: Iterable[str]) -> dict[str, str]:
    """Return the keywords and coordinators of each module as texts, by the names of the fields."""
    values = {}
    for module in sorted(modules):
        linked = chosen.coordinators.get(module, frozenset())
        values[_KEYWORDS + module] = set_value(chosen.keywords.get(module, frozenset()))
        values[_COORDINATORS + module] = set_value(frozenset(map(str, linked)))
    return values


def edit_competences(
    tx: Connection, edit: CompetenceEdit, principal: Principal, catalogue: Catalogue, now: datetime
) -> tuple[str, ...]:
    """Add and remove keywords and coordinators, record each change, and notify (R17, R31).

    What others added or removed since the form was opened stays so (D23); the names of the fields
    that therefore differ from the form are returned.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        EditedMeanwhileError: since the form was opened, somebody else removed what is to be added,
            added what is to be removed, or withdrew the module (D23); names each such field.
        FormError: a keyword is not in the catalogue, or an authority is no coordinator (D18).
    """
    editor = require_editor(tx, principal, edit.authority_id)
    current = competences_of(tx, edit.authority_id)
    changes = _ChangedFields.of(edit)
    changes.require_no_opposites(tx, editor, current, edit)
    changes.require_selectable(tx, editor, catalogue)
    new = changes.applied_to(current)
    recorded = _CompetenceWriter(tx, editor, now).write(current, new)
    notices.queue_edit_notice(tx, editor, recorded, now)
    search_index.index(tx, edit.authority_id)
    stored = Competences(
        {**current.keywords, **new.keywords}, {**current.coordinators, **new.coordinators}
    )
    return _differing(edit.competences, stored)


def _differing(chosen: Competences, stored: Competences) -> tuple[str, ...]:
    """Return the names of the form's fields of which something else is stored than chosen."""
    modules = {*chosen.keywords, *chosen.coordinators}
    values, form = competence_values(stored, modules), competence_values(chosen, modules)
    shown = {_KEYWORDS + module for module in chosen.keywords}
    shown |= {_COORDINATORS + module for module in chosen.coordinators}
    return tuple(name for name in form if name in shown and form[name] != values[name])


@dataclass(frozen=True, slots=True)
class _ChangedFields:
    """The keywords and coordinators that a form adds and removes, by module."""

    keywords: Mapping[str, SetEdit[str]]
    coordinators: Mapping[str, SetEdit[int]]

    @classmethod
    def of(cls, edit: CompetenceEdit) -> "_ChangedFields":
        new, seen = edit.competences, edit.seen
        keywords = {
            module: SetEdit.between(seen.keywords.get(module, ()), codes)
            for module, codes in new.keywords.items()
        }
        coordinators = {
            module: SetEdit.between(seen.coordinators.get(module, ()), ids)
            for module, ids in new.coordinators.items()
        }
        return cls(
            {module: change for module, change in keywords.items() if change},
            {module: change for module, change in coordinators.items() if change},
        )

    def applied_to(self, current: Competences) -> Competences:
        return Competences(
            {
                module: change.applied_to(current.keywords.get(module, ()))
                for module, change in self.keywords.items()
            },
            {
                module: change.applied_to(current.coordinators.get(module, ()))
                for module, change in self.coordinators.items()
            },
        )

    def require_no_opposites(
        self, tx: Connection, editor: Editor, current: Competences, edit: CompetenceEdit
    ) -> None:
        """Refuse changes opposite to those of others meanwhile, or in withdrawn modules (D23).

        Raises:
            EditedMeanwhileError: names each such field.
        """
        if edit.since is None:
            return
        modules = {*self.keywords, *self.coordinators}
        now, seen = competence_values(current, modules), competence_values(edit.seen, modules)
        history = SetHistory(tx, editor, edit.since)
        found = (
            history.withdrawal_of(changed, seen[changed.name])
            if changed.module not in {GENERAL, *editor.authority.modules}
            else history.opposite_of(
                changed, change.remaining(now[changed.name].split()), now[changed.name]
            )
            for changed, change in self._recorded()
        )
        if changes := tuple(change for change in found if change is not None):
            raise EditedMeanwhileError.of(changes)

    def require_selectable(self, tx: Connection, editor: Editor, catalogue: Catalogue) -> None:
        """Check that everything added can be chosen, and lock the added coordinators.

        Raises:
            FormError: an added keyword or coordinator cannot be chosen in its module (D18).
        """
        added = frozenset[int]().union(*(change.added for change in self.coordinators.values()))
        # None of them can cease to be a coordinator until the transaction ends.
        authorities.lock_all(tx, added, shared=True)
        authority, own = editor.authority, {GENERAL, *editor.authority.modules}
        errors: list[InputError] = []
        for module, words in self.keywords.items():
            if module not in own or not words.added <= catalogue.selectable_keywords(module):
                errors.append(UnknownKeywordError(_KEYWORDS + module))
        for module, links in self.coordinators.items():
            offered = competences.coordinators_in(tx, module, authority.id, editor.user.language)
            selectable = {authority_id for authority_id, _ in offered}
            if module not in own or not links.added <= selectable:
                errors.append(BadCoordinatorError(_COORDINATORS + module))
        if errors:
            raise FormError(tuple(errors))

    def _recorded(self) -> Iterator[tuple[SetField, SetEdit[str]]]:
        for module, words in self.keywords.items():
            yield SetField(_KEYWORDS + module, Act.KEYWORDS_CHANGED, module), words
        for module, links in self.coordinators.items():
            changed = SetField(_COORDINATORS + module, Act.COORDINATORS_CHANGED, module)
            change = SetEdit(frozenset(map(str, links.added)), frozenset(map(str, links.removed)))
            yield changed, change


@dataclass(frozen=True, slots=True)
class _CompetenceWriter:
    """Writes and records an editor's changes to the competences of one locked authority."""

    tx: Connection
    editor: Editor
    now: datetime

    def write(self, current: Competences, new: Competences) -> dict[str, int]:
        """Return the number of the audit entry of each changed field."""
        recorded = {}
        for module, codes in new.keywords.items():
            before = current.keywords.get(module, frozenset())
            if codes != before:
                recorded[_KEYWORDS + module] = self._write_keywords(module, before, codes)
        for module, ids in new.coordinators.items():
            linked = current.coordinators.get(module, frozenset())
            if ids != linked:
                recorded[_COORDINATORS + module] = self._write_links(module, linked, ids)
        return recorded

    def _write_keywords(self, module: str, before: frozenset[str], after: frozenset[str]) -> int:
        added, removed = after - before, before - after
        competences.write_keywords(self.tx, self.editor.authority.id, module, added, removed)
        return self._record(Act.KEYWORDS_CHANGED, module, sorted(added), sorted(removed))

    def _write_links(self, module: str, before: frozenset[int], after: frozenset[int]) -> int:
        added, removed = after - before, before - after
        competences.write_coordinators(self.tx, self.editor.authority.id, module, added, removed)
        return self._record(Act.COORDINATORS_CHANGED, module, sorted(added), sorted(removed))

    def _record(
        self, act: Act, module: str, added: Sequence[object], removed: Sequence[object]
    ) -> int:
        audit_event = audit.event_about(
            self.editor.actor,
            act,
            authority_id=self.editor.authority.id,
            module=module,
            added=list(added),
            taken=list(removed),
            on_behalf=self.editor.on_behalf,
        )
        return audit.record(self.tx, audit_event, self.now).id
