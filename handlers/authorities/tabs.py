"""Renders a tab of the modal that edits an authority, with unsaved input or else saved data."""

from dataclasses import dataclass

from slackblocks import Block
from sqlalchemy import Connection

from core.administration.card import AuthorityCard, card_of
from core.administration.competences import GENERAL, Competences, version_of_competences
from core.authorities.details import AuthorityDetails, details_of, field_versions
from core.authorities.rows import competences
from core.languages.texts import texts
from core.rulebook import Rulebook
from core.users.principals import Principal, require_administrator
from handlers.authorities import competence_fields as competence
from handlers.authorities import detail_fields, views
from handlers.authorities.tab_drafts import Tab, TabDrafts
from handlers.ui.blocks import Json


@dataclass(frozen=True, slots=True)
class TabRenderer:
    """Renders tabs for one principal, in one transaction."""

    tx: Connection
    principal: Principal
    rulebook: Rulebook
    language: str

    def render(self, drafts: TabDrafts, note: str = "") -> Json:
        """Return the modal with the open tab.

        Raises:
            NotAdministratorError, NotFoundError, NotAccessManagerError: editing is not allowed.
        """
        require_administrator(self.tx, self.principal)
        card = card_of(self.tx, self.principal, drafts.authority_id)
        drafts_with_mark = (
            drafts if drafts.open_mark else drafts.with_mark(self._mark(card, drafts.tab))
        )
        return views.tab(
            drafts_with_mark, self._fields(card, drafts_with_mark), self.language, note
        )

    def _mark(self, card: AuthorityCard, tab: Tab) -> str:
        if tab == Tab.AUTHORITY:
            return marks_as_text(details_of(card.authority))
        modules = [GENERAL] if tab == Tab.CLASSIFICATION else card.authority.modules
        return version_of_competences(card.competences, modules)

    def _fields(self, card: AuthorityCard, drafts: TabDrafts) -> list[Block]:
        t, catalogue = texts(self.language), self.rulebook.catalogue
        if drafts.tab == Tab.AUTHORITY:
            return self._detail_fields(card, drafts)
        if drafts.tab == Tab.CLASSIFICATION:
            chosen = self._competences(card, drafts)
            return competence.classification_blocks(chosen, catalogue, t)
        offered = {
            code: competences.coordinators_in(self.tx, code, card.authority.id, self.language)
            for code in card.authority.modules
        }
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


def marks_as_text(details: AuthorityDetails) -> str:
    """Return the marks of all fields as one text for the metadata."""
    return " ".join(field_versions(details).values())


def marks_from_text(mark: str) -> dict[str, str]:
    """Return the marks by field from that text."""
    return dict(zip(AuthorityDetails.__dataclass_fields__, mark.split(), strict=False))
