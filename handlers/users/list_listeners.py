"""Listeners for listing, searching, filtering and exporting the users of an authority."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.errors import RuleError
from core.languages.sorting import in_alphabet
from core.languages.texts import texts
from core.members.rules import MemberKey
from core.users import list_page, lookup
from core.users.list_order import UserOrder
from core.users.list_page import UserListQuery
from core.users.search_keys import name_in_list
from handlers import payloads
from handlers.command_listener import command_listener
from handlers.command_search import search_text_of_command
from handlers.commands import help_text
from handlers.dependencies import Dependencies, HomeTab
from handlers.files import TextFile, send_file
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, notice_view, refuse_at_fields
from handlers.ui.action_ids import OPEN_LIST
from handlers.ui.view_context import ViewContext
from handlers.user_picker import UserPicker
from handlers.users import list_choices, list_views
from handlers.users.list_choices import ListChoices
from handlers.users.list_file import user_list_csv
from handlers.users.list_views import UserListState

COMMAND = "/imi-users"
EDIT = "edit"
# The number of members whose open list is remembered; the oldest are dropped first.
MOST_OPEN = 1000


@dataclass(frozen=True, slots=True)
class _OpenList:
    view_id: str
    choices: ListChoices


class UserListListeners:
    """Listeners for the list of users (R12, R57)."""

    def __init__(self, dependencies: Dependencies, home: HomeTab, user_picker: UserPicker) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._team_id = dependencies.team_id
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._user_picker = user_picker
        # By member id: the keys of one person may name several workspaces (Enterprise Grid, D21).
        self._open_lists: OrderedDict[str, _OpenList] = OrderedDict()
        home.on_refresh(self.refresh)

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.action(OPEN_LIST)(self.press_open)
        app.view(list_views.LIST)(self.submit_search)
        for action_id in (list_choices.SEARCH, list_choices.FILTER, list_choices.ORDER):
            app.action(action_id)(self.search)
        app.action(list_choices.BESIDE)(self.choose_beside_names)
        for action_id in (list_views.NEXT, list_views.PREVIOUS):
            app.action(action_id)(self.turn_page)
        app.action(list_views.CSV)(self.press_export)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-users TEXT` searches, `/imi-users edit NAME` opens a user's details."""
        keyword, _, name = text.partition(" ")
        if keyword.casefold() == EDIT and await self._store.read(
            lambda tx: lookup.follows_keyword(tx, context.principal, name, text, self._team_id)
        ):
            if name.strip():
                await self._user_picker.pick_by_name("edit", name, context, target)
            else:
                explained = notice_view(help_text(COMMAND, context.language), context.language)
                await target.show(explained)
        else:
            words = await search_text_of_command(
                self._store, context.principal, text, self._team_id
            )
            await self._open_list(context, ListChoices(UserListQuery(words)), target)

    async def press_open(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the list from Home, or in place of the authority's card."""
        await ack()
        action = payloads.block_action_of(body)
        if action.form is not None:
            # Slack shows three modals on top of each other at most, and the list opens two.
            await self._redraw(body, client, action.form, ListChoices())
            return
        target = ResponseTarget(client, action.trigger_id)

        async def open_list(context: RequestContext) -> None:
            await self._open_list(context, ListChoices(), target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_list)

    async def submit_search(self, ack: AsyncAck, body: Json) -> None:
        """Search by the values of the fields."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)

        async def search(context: RequestContext) -> None:
            choices = list_choices.choices_in_fields(form)
            view = await self._store.read(self._page_operation(context, choices))
            self._remember(context, _OpenList(form.view_id, choices))
            await ack(response_action="update", view=view)

        await self._principals.serve(sender, refuse_at_fields(ack), search)

    async def search(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Search as soon as something is typed, or a filter or an order is chosen."""
        await ack()
        form = payloads.block_action_of(body).required_form
        await self._redraw(body, client, form, list_choices.choices_in_fields(form))

    async def choose_beside_names(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show usernames or e-mail addresses on the page that is shown, or names only."""
        await ack()
        form = payloads.block_action_of(body).required_form
        beside = list_choices.choices_in_fields(form).beside
        choices = replace(list_choices.choices_in_metadata(form, "at"), beside=beside)
        await self._redraw(body, client, form, choices)

    async def turn_page(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the next page or the previous one."""
        await ack()
        action = payloads.block_action_of(body)
        form = action.required_form
        page = "after" if action.action_id == list_views.NEXT else "before"
        await self._redraw(body, client, form, list_choices.choices_in_metadata(form, page))

    async def press_export(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Send the list as a file to the administrator alone."""
        await ack()
        action, sender = payloads.block_action_of(body), payloads.sender_of(body)
        query = list_choices.choices_in_metadata(action.required_form, "at").query
        target = ResponseTarget(client, action.trigger_id, pushed=True)

        async def send_list(context: RequestContext) -> None:
            now = self._clock()

            def export_users(tx: Connection) -> str:
                exported = list_page.export(tx, context.principal, query, now)
                if query.order == UserOrder.NAME:
                    exported = tuple(in_alphabet(exported, context.language, name_in_list))
                return user_list_csv(exported, self._view_context(context), context.language)

            text = await self._store.write(export_users)
            await send_file(target, sender, _file(text, context.language), context.language)

        await self._principals.serve(sender, target.refuse, send_list)

    async def refresh(self, client: AsyncWebClient, sender: MemberKey) -> None:
        """Redraw the list that the member has open."""
        async with self._dependencies.view_locks.lock_of((list_views.LIST, sender.member_id)):
            open_list = self._open_lists.get(sender.member_id)
            if open_list is not None:
                await self._refresh(client, sender, open_list)

    async def _refresh(
        self, client: AsyncWebClient, sender: MemberKey, open_list: _OpenList
    ) -> None:
        def load_page(tx: Connection) -> Json:
            context = self._principals.known_context(tx, sender)
            return self._page_operation(context, open_list.choices)(tx)

        try:
            view = await self._store.read(load_page)
            await client.views_update(view_id=open_list.view_id, view=view)
        except (RuleError, SlackApiError):
            # The list was closed, or its reader may not see it any more.
            self._open_lists.pop(sender.member_id, None)

    async def _open_list(
        self, context: RequestContext, choices: ListChoices, target: ResponseTarget
    ) -> None:
        view = await self._store.read(self._page_operation(context, choices))
        view_id = await target.show(view)
        self._remember(context, _OpenList(view_id, choices))

    async def _redraw(
        self, body: Json, client: AsyncWebClient, form: SubmittedForm, choices: ListChoices
    ) -> None:
        sender = payloads.sender_of(body)
        target = ResponseTarget(client, payloads.trigger_id_of(body), pushed=True)

        async def redraw_page(context: RequestContext) -> None:
            view = await self._store.read(self._page_operation(context, choices))
            self._remember(context, _OpenList(form.view_id, choices))
            # Without the hash, so that the later of two searches wins.
            await client.views_update(view_id=form.view_id, view=view)

        view = (list_views.LIST, sender.member_id)
        await self._dependencies.view_locks.search_in(
            view, partial(self._principals.serve, sender, target.refuse, redraw_page)
        )

    def _page_operation(
        self, context: RequestContext, choices: ListChoices
    ) -> Callable[[Connection], Json]:
        def load_page(tx: Connection) -> Json:
            now = self._clock()
            page = list_page.page_of(tx, context.principal, choices.query, now, choices.cursor)
            shown = UserListState(context.authority, choices, page)
            return list_views.list_view(shown, self._view_context(context), context.language)

        return load_page

    def _view_context(self, context: RequestContext) -> ViewContext:
        dependencies = self._dependencies
        return ViewContext(
            dependencies.clock(),
            context.time_zone,
            dependencies.public_url,
            dependencies.rulebook.catalogue,
        )

    def _remember(self, context: RequestContext, open_list: _OpenList) -> None:
        member_id = context.member_key.member_id
        self._open_lists[member_id] = open_list
        self._open_lists.move_to_end(member_id)
        while len(self._open_lists) > MOST_OPEN:
            self._open_lists.popitem(last=False)


def _file(text: str, language: str) -> TextFile:
    _ = texts(language).gettext
    comment = _("The list contains personal data. Delete it when you have finished.")
    return TextFile("imi-users.csv", _("Users"), text, comment)
