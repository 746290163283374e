"""Renders one of the three tabs that edit an authority, with unsaved input or else saved data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from slackblocks import Block, ContextBlock, Text
from sqlalchemy import Connection

from core.administration.card import AuthorityCard
from core.administration.competences import GENERAL, Competences, competence_values
from core.authorities.details import AuthorityDetails, details_of
from core.authorities.rows import competences
from core.errors import FieldChange
from core.languages.texts import texts
from core.rulebook import Rulebook
from handlers.authorities import competence_fields as competence
from handlers.authorities import detail_fields, views
from handlers.authorities.conflicts import ConflictTexts
from handlers.authorities.tab_drafts import Tab, TabDraft, TabDrafts, TabValues
from handlers.json_types import Json
from handlers.ui.alerts import alert_blocks
from handlers.ui.changed_meanwhile import refusal_note, with_changes


@dataclass(frozen=True, slots=True)
class TabRenderer:
    """Renders the open tab of an authority, in one transaction."""

    tx: Connection
    card: AuthorityCard
    rulebook: Rulebook
    language: str

    def render(self, drafts: TabDrafts, note: Sequence[Block] = ()) -> Json:
        """Return the modal with the open tab; `note` is the result of the last save."""
        return views.tab(drafts, self._fields(drafts), self.language, note)

    def render_changes(self, drafts: TabDrafts, changes: tuple[FieldChange, ...]) -> Json:
        """Return the modal with what others changed, each below its field or at the end (D23)."""
        t, shown = texts(self.language), self._conflict_texts().value
        by_block = {change.field: change for change in changes}
        fields = list(with_changes(self._fields(drafts), by_block, shown, t))
        return views.tab(
            drafts, fields, self.language, alert_blocks(refusal_note(t), block_id="note")
        )

    def render_errors(self, drafts: TabDrafts, errors: Mapping[str, str]) -> Json:
        """Return the modal with each error below its field, and all of them above the form."""
        note = texts(self.language).gettext(
            "Nothing is saved yet. Please correct this tab, and save again. What you typed in the"
            " other tabs is kept."
        )
        label = self._conflict_texts().label
        # The fields may be further down than the modal shows at first.
        lines = [note, *(f"*{label(name)}:* {text}" for name, text in errors.items())]
        fields = list(_with_errors(self._fields(drafts), errors))
        note_blocks = alert_blocks("\n".join(lines), block_id="note")
        return views.tab(drafts, fields, self.language, note_blocks)

    def saved_note(self, taken_over: Sequence[str], *, unused_tick: bool) -> list[Block]:
        """Return the note after a save; others changed the fields `taken_over` meanwhile (D23).

        `unused_tick` says that the title was ticked as changed substantially, but is the same.
        """
        t = texts(self.language)
        note = t.gettext("Saved.")
        if unused_tick:
            unchanged = t.gettext(
                "The informal title is unchanged, so the Commission is not asked to translate it."
            )
            note = f"{note}\n{unchanged}"
        if taken_over:
            labels = ", ".join(map(self._conflict_texts().label, taken_over))
            others = t.gettext(
                "Someone else has changed other fields in the meantime. These changes are kept."
                " Close this form and open it again to see them: {fields}",
                fields=labels,
            )
            note = f"{note}\n{others}"
        return alert_blocks(note, "success", "note")

    def _fields(self, drafts: TabDrafts) -> list[Block]:
        t, catalogue = texts(self.language), self.rulebook.catalogue
        draft = drafts.open_draft
        typed = None if draft is None else draft.typed
        if drafts.tab == Tab.AUTHORITY:
            return self._detail_fields(typed, 0 if draft is None else draft.since)
        chosen = self.card.competences if typed is None else competences_in(drafts.tab, typed)
        if drafts.tab == Tab.CLASSIFICATION:
            return competence.classification_blocks(chosen, catalogue, t)
        offered = {code: self._linkable(code) for code in self.card.authority.modules}
        return competence.module_blocks(self.card, chosen, offered, catalogue, t)

    def _detail_fields(self, typed: TabValues | None, since: int) -> list[Block]:
        current = details_of(self.card.authority)
        shown = current if typed is None else detail_fields.details_in(typed, current)
        substantial = bool(typed and typed.get(detail_fields.SUBSTANTIAL))
        t, manages = texts(self.language), self.card.may_manage
        return detail_fields.detail_blocks(
            shown, t, substantial=substantial, manages=manages, since=since
        )

    def _conflict_texts(self) -> ConflictTexts:
        linkable = [
            choice for code in self.card.authority.modules for choice in self._linkable(code)
        ]
        titles = {str(number): title for number, title in linkable}
        return ConflictTexts(self.rulebook.catalogue, titles, texts(self.language))

    def _linkable(self, module: str) -> tuple[tuple[int, str], ...]:
        return competences.coordinators_in(self.tx, module, self.card.authority.id, self.language)


def stored_values(card: AuthorityCard, tab: Tab) -> dict[str, str]:
    """Return the stored values of the tab's fields by their names."""
    if tab == Tab.AUTHORITY:
        return asdict(details_of(card.authority))
    modules = [GENERAL] if tab == Tab.CLASSIFICATION else card.authority.modules
    return competence_values(card.competences, modules)


def tab_of(field: str) -> Tab:
    """Return the tab with this field."""
    if field == competence.KEYWORDS:
        return Tab.CLASSIFICATION
    of_modules = field.startswith((competence.KEYWORDS, competence.COORDINATORS))
    return Tab.MODULES if of_modules else Tab.AUTHORITY


def competences_in(tab: Tab, typed: TabValues) -> Competences:
    """Read the keywords and coordinators in the input of a tab.

    Raises:
        BadPayloadError: the id of a coordinator is not a number.
    """
    if tab == Tab.CLASSIFICATION:
        return competence.classification_in(typed)
    return competence.module_competences_in(typed)


def competences_seen(draft: TabDraft) -> Competences:
    """Return the keywords and coordinators that the tab showed."""
    return competence.module_competences_in(
        {name: tuple(value.split()) for name, value in draft.seen.items()}
    )


def is_changed(tab: Tab, draft: TabDraft) -> bool:
    """Return whether something else is typed in the tab than it showed."""
    typed = draft.typed or {}
    if tab == Tab.AUTHORITY:
        seen = AuthorityDetails(**draft.seen)
        ticked = bool(typed.get(detail_fields.SUBSTANTIAL))
        return ticked or detail_fields.details_in(typed, seen) != seen
    return any(sorted(value) != draft.seen.get(name, "").split() for name, value in typed.items())


def _with_errors(fields: Sequence[Block], errors: Mapping[str, str]) -> Iterator[Block]:
    for block in fields:
        yield block
        if text := errors.get(block.block_id):
            yield ContextBlock([Text(f":warning: {text}")], block_id=f"error_{block.block_id}")
