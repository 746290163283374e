"""Listeners for editing an authority in a modal with three tabs, saved together (R20-R23)."""

from collections.abc import Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration.competences import GENERAL
from core.catalogue.keyword_search import keywords_like
from core.errors import EditedMeanwhileError, FormError, InputError, RuleError
from core.languages.texts import texts
from core.members.rules import MemberKey
from core.users.principals import require_administrator
from handlers import payloads
from handlers.authorities import competence_fields as competence
from handlers.authorities import views
from handlers.authorities.tab_drafts import Tab
from handlers.authorities.tab_editor import SavedTabs, TabEditor
from handlers.dependencies import Dependencies, HomeTab
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, field_errors_response, redraw, refuse_without_options
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
        app.view(views.FORM)(self.submit_tabs)
        for module in (GENERAL, *(module.code for module in self._rulebook.catalogue.modules)):
            app.options(competence.KEYWORDS + module)(self.suggest)

    async def press_open_tab(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open a tab of one's own authority, from Home or from a message."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)

        tab = TAB_BUTTONS[action.action_id]

        def open_tab(tx: Connection, context: RequestContext) -> Json:
            return self._editor(tx, context).open_tab(context.principal.authority_id, tab)

        await self._open(payloads.sender_of(body), target, open_tab)

    async def press_edit(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the first tab of the authority on the card."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id, pushed=True)

        def open_first_tab(tx: Connection, context: RequestContext) -> Json:
            return self._editor(tx, context).open_tab(action.number, Tab.AUTHORITY)

        await self._open(payloads.sender_of(body), target, open_first_tab)

    async def switch_tab(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show another tab, and keep the unsaved input of this one."""
        await ack()
        action = payloads.block_action_of(body)
        form, target = action.required_form, ResponseTarget(client, action.trigger_id, pushed=True)
        tab = Tab(action.action_id.removeprefix(views.TAB_PREFIX))

        def switch(tx: Connection, context: RequestContext) -> Json:
            return self._editor(tx, context).switch_tab(form, tab)

        sender = payloads.sender_of(body)
        view = await self._principals.serve_in_transaction(sender, target.refuse, switch)
        if view is not None:
            await redraw(client, form, view)

    async def submit_tabs(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Save the open tab, and the others in which something was typed, in one transaction."""
        sender, form = payloads.sender_of(body), payloads.submitted_form_of(body)

        async def show_errors(refusal: RuleError, language: str) -> None:
            view = await self._view_of_refusal(sender, form, refusal)
            if view is None:
                await ack(**field_errors_response(refusal, language, str))
            else:
                await ack(response_action="update", view=view)

        def save(tx: Connection, context: RequestContext) -> tuple[SavedTabs, str]:
            return self._editor(tx, context).save(form), context.language

        result = await self._principals.serve_in_transaction(sender, show_errors, save)
        if result is not None:
            saved, language = result
            await ack(response_action="update", view=saved.view)
            self._dependencies.wake_delivery_worker()
            self._home.refresh(client, sender)
            if saved.channel:
                self._dependencies.run_in_background(
                    self._join_channel(client, sender, saved.channel, language)
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

    async def _open(
        self,
        sender: MemberKey,
        target: ResponseTarget,
        operation: Callable[[Connection, RequestContext], Json],
    ) -> None:
        view = await self._principals.serve_in_transaction(sender, target.refuse, operation)
        if view is not None:
            await target.show(view)

    async def _view_of_refusal(
        self, sender: MemberKey, form: SubmittedForm, refusal: RuleError
    ) -> Json | None:
        """Return the tab that the refusal is about; None if it needs no other view (D23)."""
        if not isinstance(refusal, EditedMeanwhileError | FormError | InputError):
            return None

        def show_refusal(tx: Connection) -> Json | None:
            context = self._principals.known_context(tx, sender)
            return self._editor(tx, context).show_refusal(form, refusal)

        return await self._store.write(show_refusal)

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

    def _editor(self, tx: Connection, context: RequestContext) -> TabEditor:
        return TabEditor(tx, context, self._rulebook, self._clock())
