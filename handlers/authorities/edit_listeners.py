"""Listeners for editing an authority in a modal with three tabs, each saved by itself (R20-R23)."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import competences, editing
from core.administration.competences import GENERAL, CompetenceEdit
from core.administration.editing import AuthorityEdit
from core.authorities.details import details_of
from core.authorities.rows import authorities
from core.catalogue.keyword_search import keywords_like
from core.errors import EditedMeanwhileError, RuleError
from core.languages.texts import texts
from core.members.rules import MemberKey
from core.users.principals import require_administrator
from handlers import payloads
from handlers.authorities import competence_fields as competence
from handlers.authorities import detail_fields, views
from handlers.authorities.tab_drafts import Tab, TabDrafts, drafts_in
from handlers.authorities.tabs import TabRenderer, competences_in, marks_in
from handlers.dependencies import Dependencies, HomeTab
from handlers.payloads import Json
from handlers.request_context import RequestContext
from handlers.responses import (
    ResponseTarget,
    field_errors_response,
    notice_view,
    redraw,
    refuse_without_options,
)
from handlers.workspace import ChannelEntry

TAB_BUTTONS = {
    views.OPEN_AUTHORITY: Tab.AUTHORITY,
    views.OPEN_CLASSIFICATION: Tab.CLASSIFICATION,
    views.OPEN_MODULES: Tab.MODULES,
}


class AuthorityEditListeners:
    """Listeners for the three tabs (R22)."""

    def __init__(self, dependencies: Dependencies, home: HomeTab) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        for action_id in TAB_BUTTONS:
            app.action(action_id)(self.press_open_tab)
        app.action(views.EDIT)(self.press_edit)
        for tab in Tab:
            app.action(views.TAB_PREFIX + tab)(self.switch_tab)
        app.view(views.FORM)(self.submit_tab)
        for module in (GENERAL, *(module.code for module in self._rulebook.catalogue.modules)):
            app.options(competence.KEYWORDS + module)(self.suggest)

    async def press_open_tab(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open a tab of one's own authority, from Home or from a message."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id, pushed=action.form is not None)

        async def open_tab(context: RequestContext) -> None:
            drafts = TabDrafts(context.principal.authority_id, TAB_BUTTONS[action.action_id])
            await self._show_tab(context, drafts, target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_tab)

    async def press_edit(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the first tab of the authority on the card."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id, pushed=True)

        async def open_first_tab(context: RequestContext) -> None:
            await self._show_tab(context, TabDrafts(action.number, Tab.AUTHORITY), target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_first_tab)

    async def switch_tab(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show another tab, and keep the unsaved input of this one."""
        await ack()
        action = payloads.block_action_of(body)
        form, target = action.required_form, ResponseTarget(client, action.trigger_id, pushed=True)
        drafts = drafts_in(form).with_tab(Tab(action.action_id.removeprefix(views.TAB_PREFIX)))

        async def show_tab(context: RequestContext) -> None:
            view = await self._store.read(
                lambda tx: self._renderer(tx, context).render_if_it_fits(drafts)
            )
            if view is None:
                text = texts(context.language).gettext(
                    "Save this tab first: it contains too much text."
                )
                await target.show(notice_view(text, context.language))
            else:
                await redraw(client, form, view)

        await self._principals.serve(payloads.sender_of(body), target.refuse, show_tab)

    async def submit_tab(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Save the open tab, and keep the unsaved input of the others."""
        sender, drafts = payloads.sender_of(body), drafts_in(payloads.submitted_form_of(body))

        async def show_errors(refusal: RuleError, language: str) -> None:
            if isinstance(refusal, EditedMeanwhileError):
                view = await self._tab_after_refusal(sender, drafts, refusal)
                await ack(response_action="update", view=view)
            else:
                await ack(**field_errors_response(refusal, language, str))

        def save_tab(tx: Connection, context: RequestContext) -> tuple[Json, str, str]:
            channel, taken_over = self._save_tab(tx, context, drafts)
            note = ":white_check_mark: " + texts(context.language).gettext("Saved.")
            view = self._renderer(tx, context).render_saved(drafts, taken_over, note)
            return view, channel, context.language

        saved = await self._principals.serve_in_transaction(sender, show_errors, save_tab)
        if saved is not None:
            view, channel, language = saved
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()
            self._home.refresh(client, sender)
            if channel:
                self._dependencies.run_in_background(
                    self._join_channel(client, sender, channel, language)
                )

    async def suggest(self, ack: AsyncAck, body: Json) -> None:
        """Offer keywords that match what is typed so far, in the person's language."""
        request = payloads.suggestion_request_of(body)
        module = request.action_id.removeprefix(competence.KEYWORDS)

        async def offer_keywords(context: RequestContext) -> None:
            await self._store.read(lambda tx: require_administrator(tx, context.principal))
            catalogue = self._rulebook.catalogue
            groups = keywords_like(catalogue, module, request.text, context.language)
            await ack(**competence.suggestions(groups))

        await self._principals.serve(
            payloads.sender_of(body), refuse_without_options(ack), offer_keywords
        )

    async def _show_tab(
        self, context: RequestContext, drafts: TabDrafts, target: ResponseTarget
    ) -> None:
        await target.show(
            await self._store.read(lambda tx: self._renderer(tx, context).render(drafts))
        )

    async def _tab_after_refusal(
        self, sender: MemberKey, drafts: TabDrafts, refusal: EditedMeanwhileError
    ) -> Json:
        """Return the tab with the person's input, and what others changed (D23)."""

        def load_tab(tx: Connection) -> Json:
            tabs = self._renderer(tx, self._principals.known_context(tx, sender))
            return tabs.render_refused(drafts, refusal.changes)

        return await self._store.read(load_tab)

    async def _join_channel(
        self, client: AsyncWebClient, sender: MemberKey, channel: str, language: str
    ) -> None:
        """Join a newly chosen team channel, or explain why nothing can be posted there."""
        entry = await self._dependencies.workspace.enter(channel)
        if entry == ChannelEntry.IN_IT:
            return
        _ = texts(language).gettext
        if entry == ChannelEntry.ARCHIVED:
            text = _(
                "{channel} is archived, so the IMI app cannot post there. Choose"
                " another team channel, or ask the owner of the workspace to restore"
                " it.",
                channel=f"<#{channel}>",
            )
        else:
            text = _(
                "{channel} is private, and the IMI app is not a member. Type `/invite"
                " @IMI` there, so that the app can post.",
                channel=f"<#{channel}>",
            )
        await client.chat_postMessage(channel=sender.member_id, text=text)

    def _save_tab(
        self, tx: Connection, context: RequestContext, drafts: TabDrafts
    ) -> tuple[str, tuple[str, ...]]:
        """Save the open tab; return the team channel if a new one was chosen, else nothing.

        The fields that only others changed since it was opened are returned too (D23).
        """
        now, typed = self._clock(), drafts.open_values or {}
        current = authorities.require(tx, drafts.authority_id)
        if drafts.tab == Tab.AUTHORITY:
            edit = AuthorityEdit(
                current.id,
                detail_fields.details_in(typed, details_of(current)),
                marks_in(drafts),
                substantial=bool(typed.get(detail_fields.SUBSTANTIAL)),
            )
            edited = editing.edit(tx, edit, context.principal, now)
            channel = edited.authority.team_channel or ""
            is_new = channel != (current.team_channel or "")
            return channel if is_new else "", edited.taken_over
        competence_edit = CompetenceEdit(
            current.id, competences_in(drafts, current.modules), marks_in(drafts)
        )
        catalogue = self._rulebook.catalogue
        return "", competences.edit_competences(
            tx, competence_edit, context.principal, catalogue, now
        )

    def _renderer(self, tx: Connection, context: RequestContext) -> TabRenderer:
        return TabRenderer(tx, context.principal, self._rulebook, context.language)
