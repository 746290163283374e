"""Opens, switches and saves the three tabs that edit an authority, in one transaction (R20-R23)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.administration import competences, editing
from core.administration.card import AuthorityCard, card_of
from core.administration.competences import CompetenceEdit
from core.administration.editing import AuthorityEdit, EditedAuthority
from core.audit.rows import entries
from core.authorities.details import AuthorityDetails, details_of, field_versions
from core.authorities.rows import authorities
from core.authorities.rows import drafts as rows
from core.errors import EditedMeanwhileError, FieldChange, FormExpiredError, RuleError
from core.rulebook import Rulebook
from core.users.principals import require_administrator
from handlers.authorities import detail_fields
from handlers.authorities.competence_fields import not_shown
from handlers.authorities.tab_drafts import (
    Tab,
    TabDraft,
    TabDrafts,
    TabValues,
    drafts_from_content,
    open_tab_in,
)
from handlers.authorities.tabs import (
    TabRenderer,
    competences_in,
    competences_seen,
    is_changed,
    stored_values,
    tab_of,
)
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.refusal_texts import field_errors
from handlers.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class SavedTabs:
    """The modal after a save; `channel` is the team channel if another one was chosen, or empty."""

    view: Json
    channel: str


@dataclass(frozen=True, slots=True)
class TabEditor:
    """Edits authorities for one principal, in one transaction.

    Its methods raise NotAdministratorError, NotFoundError or NotAccessManagerError if editing is
    not allowed, and those that read a form FormExpiredError if its drafts are gone.
    """

    tx: Connection
    context: RequestContext
    rulebook: Rulebook
    now: datetime

    def open_tab(self, authority_id: int, tab: Tab) -> Json:
        """Return the modal with a tab of the authority as it is stored."""
        require_administrator(self.tx, self.context.principal)
        card = self._card(authority_id)
        user_id = self.context.principal.user_id
        number = rows.add(self.tx, user_id, authority_id, {}, self.now)
        return self._shown(card, TabDrafts(number, authority_id, tab))

    def switch_tab(self, form: SubmittedForm, tab: Tab) -> Json:
        """Return the modal with another tab; what was typed in the open one is stored."""
        drafts = self._typed_drafts(form)
        if not is_changed(drafts.tab, drafts.drafts[drafts.tab]):
            drafts = drafts.without_open_draft()
        return self._shown(self._card(drafts.authority_id), drafts.with_tab(tab))

    def save(self, form: SubmittedForm) -> SavedTabs:
        """Save the open tab and those that were changed, and return the modal with the open one.

        Raises:
            FormError, EditedMeanwhileError: as `editing.edit` and `competences.edit_competences`;
                nothing is saved then, and the fields of one tab are named.
        """
        drafts = self._typed_drafts(form)
        taken_over, channel, unused_tick = list[str](), "", False
        # The open tab comes first, so that its errors are shown before those of other tabs.
        for tab in dict.fromkeys((drafts.tab, *Tab)):
            draft = drafts.drafts.get(tab)
            if draft is None:
                continue
            if tab == Tab.AUTHORITY:
                edited, channel = self._save_details(drafts.authority_id, draft)
                fields, unused_tick = edited.taken_over, edited.unused_tick
            else:
                fields = self._save_competences(drafts.authority_id, tab, draft)
            taken_over += fields
        return SavedTabs(self._saved(drafts, taken_over, unused_tick=unused_tick), channel)

    def show_refusal(self, form: SubmittedForm, refusal: RuleError) -> Json | None:
        """Return the tab that the refusal is about, with everything that was typed.

        None if the errors can be shown at fields of the open tab, or if it is about no field.
        """
        errors = field_errors(refusal, self.context.language)
        changes = refusal.changes if isinstance(refusal, EditedMeanwhileError) else ()
        names = [change.field for change in changes] or list(errors)
        drafts = self._typed_drafts(form)
        if not names or (not changes and tab_of(names[0]) == drafts.tab):
            return None
        refused = drafts.with_tab(tab_of(names[0]))
        if not changes:
            self._write(refused)
            return self._renderer(self._card(refused.authority_id)).render_errors(refused, errors)
        shown = self._with_changes_seen(refused, changes)
        self._write(shown)
        return self._renderer(self._card(shown.authority_id)).render_changes(shown, changes)

    def _typed_drafts(self, form: SubmittedForm) -> TabDrafts:
        """Return the stored drafts with what is typed in the open tab."""
        require_administrator(self.tx, self.context.principal)
        number, user_id = form.metadata_number("draft"), self.context.principal.user_id
        stored = rows.require(self.tx, number, user_id)
        kept = drafts_from_content(stored.content)
        drafts = TabDrafts(number, stored.authority_id, open_tab_in(form), kept)
        draft = drafts.open_draft
        if draft is None:
            # The form is older than a save of the same modal, which dropped this tab's draft.
            raise FormExpiredError("The draft of the open tab is gone.")
        shown = draft.seen if draft.typed is None else _as_texts(draft.typed)
        typed = {
            name: (*values, *not_shown(name, shown.get(name, "")))
            for name, values in form.values.items()
        }
        return drafts.with_open_draft(replace(draft, typed=typed))

    def _save_competences(self, authority_id: int, tab: Tab, draft: TabDraft) -> tuple[str, ...]:
        """Save keywords and coordinators; return the fields that others changed meanwhile (D23)."""
        chosen, seen = competences_in(tab, draft.typed or {}), competences_seen(draft)
        change = CompetenceEdit(authority_id, chosen, seen, draft.since)
        principal, catalogue = self.context.principal, self.rulebook.catalogue
        return competences.edit_competences(self.tx, change, principal, catalogue, self.now)

    def _save_details(self, authority_id: int, draft: TabDraft) -> tuple[EditedAuthority, str]:
        """Save the Authority tab; return the result.

        The team channel is returned too if it is another one than before, else an empty text.
        """
        typed = draft.typed or {}
        current = details_of(authorities.require(self.tx, authority_id))
        edit = AuthorityEdit(
            authority_id,
            detail_fields.details_in(typed, current),
            field_versions(AuthorityDetails(**draft.seen)),
            substantial=bool(typed.get(detail_fields.SUBSTANTIAL)),
        )
        edited = editing.edit(self.tx, edit, self.context.principal, self.now)
        channel = edited.authority.team_channel or ""
        return edited, channel if channel != current.team_channel else ""

    def _saved(self, drafts: TabDrafts, taken_over: list[str], *, unused_tick: bool) -> Json:
        """Return the open tab after a save; the drafts of the others are dropped.

        Slack still shows in each field what was typed there. Where others changed the field, that
        is what the next save has to be compared with.
        """
        card = self._card(drafts.authority_id)
        seen, draft = stored_values(card, drafts.tab), drafts.drafts[drafts.tab]
        shown = draft.seen if drafts.tab == Tab.AUTHORITY else _as_texts(draft.typed or {})
        seen |= {name: shown[name] for name in taken_over if name in shown}
        open_draft = TabDraft(seen, self._newest_entry())
        saved = replace(drafts, drafts={drafts.tab: open_draft})
        self._write(saved)
        renderer = self._renderer(card)
        return renderer.render(saved, renderer.saved_note(taken_over, unused_tick=unused_tick))

    def _with_changes_seen(self, drafts: TabDrafts, changes: Iterable[FieldChange]) -> TabDrafts:
        """Return the drafts whose open tab knows what others changed, so that it can be saved.

        What it showed in other fields stays, so that what only others changed is not touched.
        """
        draft = drafts.drafts[drafts.tab]
        newer = {change.field: change.after for change in changes}
        seen = {**draft.seen, **newer} if drafts.tab == Tab.AUTHORITY else draft.seen
        return drafts.with_open_draft(TabDraft(seen, self._newest_entry(), draft.typed))

    def _shown(self, card: AuthorityCard, drafts: TabDrafts) -> Json:
        if drafts.open_draft is None:
            opened = TabDraft(stored_values(card, drafts.tab), self._newest_entry())
            drafts = drafts.with_open_draft(opened)
        self._write(drafts)
        return self._renderer(card).render(drafts)

    def _write(self, drafts: TabDrafts) -> None:
        rows.write(self.tx, drafts.id, drafts.as_content(), self.now)

    def _card(self, authority_id: int) -> AuthorityCard:
        return card_of(self.tx, self.context.principal, authority_id)

    def _renderer(self, card: AuthorityCard) -> TabRenderer:
        return TabRenderer(self.tx, card, self.rulebook, self.context.language)

    def _newest_entry(self) -> int:
        return entries.chain_tip(self.tx)[0]


def _as_texts(typed: TabValues) -> dict[str, str]:
    """Return chosen codes as texts, as `TabDraft.seen` has them."""
    return {name: " ".join(sorted(values)) for name, values in typed.items()}
