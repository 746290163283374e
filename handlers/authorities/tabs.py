"""Renders one of the three tabs that edit an authority, with unsaved input or else saved data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from slackblocks import Block
from sqlalchemy import Connection

from core.administration.card import AuthorityCard, card_of
from core.administration.competences import GENERAL, Competences, competence_versions
from core.authorities.details import details_of, field_versions, version_of
from core.authorities.rows import competences
from core.errors import FieldChange
from core.languages.texts import texts
from core.rulebook import Rulebook
from core.users.principals import Principal, require_administrator
from handlers.authorities import competence_fields as competence
from handlers.authorities import detail_fields, views
from handlers.authorities.conflicts import ConflictTexts
from handlers.authorities.tab_drafts import Tab, TabDrafts
from handlers.ui.blocks import Json
from handlers.ui.changed_meanwhile import refusal_note, with_changes


@dataclass(frozen=True, slots=True)
class TabRenderer:
    """Renders tabs for one principal, in one transaction."""

    tx: Connection
    principal: Principal
    rulebook: Rulebook
    language: str

    def render(self, drafts: TabDrafts) -> Json:
        """Return the modal with the open tab.

        Raises:
            NotAdministratorError, NotFoundError, NotAccessManagerError: editing is not allowed.
        """
        card = self._card(drafts)
        return self._view(card, self._with_mark(card, drafts))

    def render_if_it_fits(self, drafts: TabDrafts) -> Json | None:
        """Return the same; None if the unsaved input of the other tabs does not fit into the modal.

        Raises:
            NotAdministratorError, NotFoundError, NotAccessManagerError: editing is not allowed.
        """
        card = self._card(drafts)
        marked = self._with_mark(card, drafts)
        return self._view(card, marked) if marked.fits_metadata else None

    def render_refused(self, drafts: TabDrafts, changes: tuple[FieldChange, ...]) -> Json:
        """Return the tab with the person's input, which now knows what others changed (D23).

        The marks of all other fields stay, so that what only others changed is still not touched.
        """
        newer = {change.field: version_of(change.after) for change in changes}
        mark = marks_as_text({**marks_from_text(drafts.open_mark), **newer})
        note, marked = refusal_note(texts(self.language)), drafts.with_mark(mark)
        return self._view(self._card(marked), marked, note, changes)

    def render_saved(self, drafts: TabDrafts, taken_over: Iterable[str], note: str) -> Json:
        """Return the tab after it was saved; others changed the fields `taken_over` (D23).

        In those fields Slack still shows what the form had, so that their marks stay.
        """
        card = self._card(drafts)
        shown = marks_from_text(drafts.open_mark)
        kept = {name: shown[name] for name in taken_over if name in shown}
        mark = marks_as_text({**marks_from_text(self._mark(card, drafts.tab)), **kept})
        if kept:
            labels = ", ".join(map(self._conflict_texts(card).label, kept))
            others = texts(self.language).gettext(
                "Someone else has changed other fields in the meantime, and those"
                " changes are kept. To see them, close this form and open it again."
                " Fields: {fields}",
                fields=labels,
            )
            note = f"{note}\n{others}"
        return self._view(card, drafts.without_open_tab().with_mark(mark), note)

    def _view(
        self,
        card: AuthorityCard,
        drafts: TabDrafts,
        note: str = "",
        changes: tuple[FieldChange, ...] = (),
    ) -> Json:
        """Return the modal; each of the changes is told below its field (D23)."""
        fields = self._fields(card, drafts)
        if changes:
            by_block = {change.field: change for change in changes}
            shown = self._conflict_texts(card).value
            fields = list(with_changes(fields, by_block, shown, texts(self.language)))
        return views.tab(drafts, fields, self.language, note)

    def _card(self, drafts: TabDrafts) -> AuthorityCard:
        require_administrator(self.tx, self.principal)
        return card_of(self.tx, self.principal, drafts.authority_id)

    def _with_mark(self, card: AuthorityCard, drafts: TabDrafts) -> TabDrafts:
        return drafts if drafts.open_mark else drafts.with_mark(self._mark(card, drafts.tab))

    def _conflict_texts(self, card: AuthorityCard) -> ConflictTexts:
        linkable = [
            choice for code in card.authority.modules for choice in self._linkable(card, code)
        ]
        titles = {str(number): title for number, title in linkable}
        return ConflictTexts(self.rulebook.catalogue, titles, texts(self.language))

    def _linkable(self, card: AuthorityCard, module: str) -> tuple[tuple[int, str], ...]:
        return competences.coordinators_in(self.tx, module, card.authority.id, self.language)

    def _mark(self, card: AuthorityCard, tab: Tab) -> str:
        if tab == Tab.AUTHORITY:
            return marks_as_text(field_versions(details_of(card.authority)))
        modules = [GENERAL] if tab == Tab.CLASSIFICATION else card.authority.modules
        return marks_as_text(competence_versions(card.competences, modules))

    def _fields(self, card: AuthorityCard, drafts: TabDrafts) -> list[Block]:
        t, catalogue = texts(self.language), self.rulebook.catalogue
        if drafts.tab == Tab.AUTHORITY:
            return self._detail_fields(card, drafts)
        if drafts.tab == Tab.CLASSIFICATION:
            chosen = self._competences(card, drafts)
            return competence.classification_blocks(chosen, catalogue, t)
        offered = {code: self._linkable(card, code) for code in card.authority.modules}
        chosen = self._competences(card, drafts)
        return competence.module_blocks(card, chosen, offered, catalogue, t)

    def _detail_fields(self, card: AuthorityCard, drafts: TabDrafts) -> list[Block]:
        current, typed = details_of(card.authority), drafts.open_values
        shown = current if typed is None else detail_fields.details_in(typed, current)
        substantial = bool(typed and typed.get(detail_fields.SUBSTANTIAL))
        t = texts(self.language)
        return detail_fields.detail_blocks(
            shown, t, substantial=substantial, manages=card.may_manage
        )

    def _competences(self, card: AuthorityCard, drafts: TabDrafts) -> Competences:
        if drafts.open_values is None:
            return card.competences
        return competences_in(drafts, card.authority.modules)


def competences_in(drafts: TabDrafts, modules: tuple[str, ...]) -> Competences:
    """Read the keywords and coordinators in the input of the open tab."""
    typed = drafts.open_values or {}
    if drafts.tab == Tab.CLASSIFICATION:
        return competence.classification_in(typed)
    return competence.module_competences_in(typed, modules)


def marks_as_text(marks: Mapping[str, str]) -> str:
    """Return the version marks by the names of the fields as one text for the metadata."""
    return " ".join(f"{name}={mark}" for name, mark in marks.items())


def marks_from_text(text: str) -> dict[str, str]:
    """Return the version marks by the names of the fields from that text."""
    pairs = (pair.partition("=") for pair in text.split())
    return {name: mark for name, _, mark in pairs if mark}


def marks_in(drafts: TabDrafts) -> dict[str, str]:
    """Return the version marks of what the open tab showed, by the names of the fields."""
    return marks_from_text(drafts.open_mark)
