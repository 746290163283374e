"""What administrators do with the list of users: search, filter, turn pages, take it along."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.errors import RuleError
from core.languages.texts import texts
from core.members.rules import MemberKey
from core.users import list_page
from core.users.list_page import UserListCursor, UserListQuery
from core.users.principals import principal_for_member
from core.users.rows import users
from core.users.timezones import time_zone_of
from handlers import payloads
from handlers.answers import ResponseTarget, answer_at_fields
from handlers.asker import RequestContext
from handlers.commands import commanded
from handlers.files import File, hand_over
from handlers.home.frame import HomeContext
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json, SubmittedForm
from handlers.sought import sought
from handlers.users import list_views
from handlers.users.csv_file import csv_file
from handlers.users.finder import UserPicker
from handlers.users.list_views import Shown

COMMAND = "/imi-users"
EDIT = "edit "
# Who has a list open; those who opened theirs longest ago are forgotten first.
MOST_OPEN = 1000


@dataclass(frozen=True, slots=True)
class _Open:
    view_id: str
    query: UserListQuery
    cursor: UserListCursor | None


class ListListeners:
    """The list of users (R12, R57)."""

    def __init__(self, parts: Dependencies, home: Publisher, finder: UserPicker) -> None:
        self._parts = parts
        self._finder = finder
        self._open: OrderedDict[MemberKey, _Open] = OrderedDict()
        home.also(self.refresh)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.action(list_views.OPEN_LIST)(self.press_open)
        app.view(list_views.LIST)(self.submit_search)
        for action_id in (list_views.SEARCH, list_views.FILTER):
            app.action(action_id)(self.search)
        for action_id in (list_views.NEXT, list_views.PREVIOUS):
            app.action(action_id)(self.turn_page)
        app.action(list_views.CSV)(self.take_along)

    async def type_command(self, context: RequestContext, text: str, place: ResponseTarget) -> None:
        """`/imi-users TEXT` searches, `/imi-users edit NAME` opens the details."""
        if text.casefold().startswith(EDIT):
            await self._finder.by_name("edit", text[len(EDIT) :], context, place)
        else:
            await self._show(context, UserListQuery(sought(text)), place)

    async def press_open(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the list from Home."""
        await ack()
        place = ResponseTarget(client, payloads.trigger_of(body))

        async def work(context: RequestContext) -> None:
            await self._show(context, UserListQuery(), place)

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def submit_search(self, ack: AsyncAck, body: Json) -> None:
        """Search for what stands in the fields."""
        form, who = payloads.form_of(body), payloads.who_of(body)

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, str))

        async def work(context: RequestContext) -> None:
            query = list_views.query_in(form)
            view = await self._parts.store.read(self._drawing(context, query, None))
            self._remember(who, _Open(form.view_id, query, None))
            await ack(response_action="update", view=view)

        await self._parts.principals.receive(who, refused, work)

    async def search(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Search as soon as Enter is pressed or a filter is chosen."""
        await ack()
        click = payloads.click_of(body)
        form = click.form_needed
        await self._redraw(body, client, form, list_views.query_in(form), None)

    async def turn_page(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the next page, or the one before."""
        await ack()
        click = payloads.click_of(body)
        form = click.form_needed
        cursor = list_views.cursor_in(form, forward=click.action_id == list_views.NEXT)
        await self._redraw(body, client, form, list_views.query_of(form), cursor)

    async def take_along(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Send the list as a file to the administrator alone."""
        await ack()
        click, who = payloads.click_of(body), payloads.who_of(body)
        query = list_views.query_of(click.form_needed)
        place = ResponseTarget(client, click.trigger_id, pushed=True)

        async def work(context: RequestContext) -> None:
            now = self._parts.clock()

            def wish(tx: Connection) -> str:
                found = list_page.export(tx, context.principal, query, now)
                return csv_file(found, self._frame(tx, context), context.language)

            text = await self._parts.store.write(wish)
            await hand_over(place, who, _file(text, context.language), context.language)

        await self._parts.principals.receive(who, place.refused, work)

    async def refresh(self, client: AsyncWebClient, who: MemberKey) -> None:
        """Draw the list anew that `who` has open, after what they did."""
        async with self._parts.turns.of((list_views.LIST, who)):
            open_ = self._open.get(who)
            if open_ is not None:
                await self._refresh(client, who, open_)

    async def _refresh(self, client: AsyncWebClient, who: MemberKey, open_: _Open) -> None:
        def look(tx: Connection) -> Json:
            principal = principal_for_member(tx, who)
            context = RequestContext(principal, principal.language, who)
            return self._drawing(context, open_.query, open_.cursor)(tx)

        try:
            view = await self._parts.store.read(look)
            await client.views_update(view_id=open_.view_id, view=view)
        except (RuleError, SlackApiError):
            # The list is closed, or is theirs no more.
            self._open.pop(who, None)

    async def _show(
        self, context: RequestContext, query: UserListQuery, place: ResponseTarget
    ) -> None:
        view = await self._parts.store.read(self._drawing(context, query, None))
        view_id = await place.show(view)
        self._remember(context.who, _Open(view_id, query, None))

    async def _redraw(
        self,
        body: Json,
        client: AsyncWebClient,
        form: SubmittedForm,
        query: UserListQuery,
        cursor: UserListCursor | None,
    ) -> None:
        who = payloads.who_of(body)
        place = ResponseTarget(client, payloads.trigger_of(body), pushed=True)

        async def work(context: RequestContext) -> None:
            view = await self._parts.store.read(self._drawing(context, query, cursor))
            self._remember(who, _Open(form.view_id, query, cursor))
            # Without the hash: of two searches in a row, the later one counts.
            await client.views_update(view_id=form.view_id, view=view)

        async with self._parts.turns.of((list_views.LIST, who)):
            await self._parts.principals.receive(who, place.refused, work)

    def _drawing(
        self, context: RequestContext, query: UserListQuery, cursor: UserListCursor | None
    ) -> Callable[[Connection], Json]:
        def look(tx: Connection) -> Json:
            now = self._parts.clock()
            page = list_page.page_of(tx, context.principal, query, now, cursor)
            authority = authorities.require(tx, context.principal.authority_id)
            shown = Shown(authority, query, page)
            return list_views.list_view(shown, self._frame(tx, context), context.language)

        return look

    def _frame(self, tx: Connection, context: RequestContext) -> HomeContext:
        parts, me = self._parts, users.require(tx, context.principal.user_id)
        return HomeContext(
            parts.clock(), time_zone_of(tx, me), parts.public_url, parts.rulebook.catalogue
        )

    def _remember(self, who: MemberKey, open_: _Open) -> None:
        self._open[who] = open_
        self._open.move_to_end(who)
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)


def _file(text: str, language: str) -> File:
    _ = texts(language).gettext
    comment = _("The list holds personal data. Delete it when you are done.")
    return File("imi-users.csv", _("Users"), text, comment)
