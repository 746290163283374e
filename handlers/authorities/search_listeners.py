"""Listeners with which all users search for authorities, and view one that was found (R2-R4)."""

import asyncio
from functools import cache, partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration.card import public_card_of
from core.authority_search import service
from core.authority_search.rules import Lexicon
from core.authority_search.service import AuthorityQuery
from handlers import payloads
from handlers.authorities import search_views as views
from handlers.command_listener import command_listener
from handlers.dependencies import Dependencies
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, refuse_at_fields
from handlers.ui.search_text import clean_search_text

COMMAND = "/imi-findauthority"


class AuthoritySearchListeners:
    """Listeners for the search for authorities."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._lexicon = cache(partial(Lexicon.of, self._rulebook.catalogue))

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.action(views.OPEN_SEARCH)(self.press_open)
        app.view(views.SEARCH)(self.submit_search)
        for action_id in (views.WORDS, views.PLACE, views.MODULE, views.COUNTRY):
            app.action(action_id)(self.change_search)
        for action_id in (views.NEXT, views.PREVIOUS):
            app.action(action_id)(self.turn_page)
        app.action(views.SHOW)(self.press_show)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-findauthority WORDS` opens the search with its results."""
        query = AuthorityQuery(clean_search_text(text))
        await target.show(await self._page(context, query))

    async def press_open(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the search from Home."""
        await ack()
        target = ResponseTarget(client, payloads.trigger_id_of(body))

        async def open_search(context: RequestContext) -> None:
            await self.type_command(context, "", target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_search)

    async def submit_search(self, ack: AsyncAck, body: Json) -> None:
        """Search by the values of the fields."""
        query = views.query_in_fields(payloads.submitted_form_of(body))

        async def change_search(context: RequestContext) -> None:
            view = await self._page(context, query)
            await ack(response_action="update", view=view)

        await self._principals.serve(payloads.sender_of(body), refuse_at_fields(ack), change_search)

    async def change_search(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Search as soon as something is typed, or a module or a country is chosen."""
        await ack()
        form = payloads.block_action_of(body).required_form
        await self._redraw(body, client, views.query_in_fields(form), 0)

    async def turn_page(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the next page or the previous one."""
        await ack()
        action = payloads.block_action_of(body)
        query, start = views.query_in_metadata(action.required_form)
        step = views.PAGE if action.action_id == views.NEXT else -views.PAGE
        await self._redraw(body, client, query, max(0, start + step))

    async def press_show(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the card of an authority in the results."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id, pushed=True)

        async def show_card(context: RequestContext) -> None:
            def load_card(tx: Connection) -> Json:
                card = public_card_of(tx, context.principal, action.number)
                return views.card_view(card, self._rulebook.catalogue, context.language)

            await target.show(await self._store.read(load_card))

        await self._principals.serve(payloads.sender_of(body), target.refuse, show_card)

    async def _redraw(
        self, body: Json, client: AsyncWebClient, query: AuthorityQuery, start: int
    ) -> None:
        form = payloads.block_action_of(body).required_form
        target = ResponseTarget(client, payloads.trigger_id_of(body), pushed=True)

        async def redraw_page(context: RequestContext) -> None:
            view = await self._page(context, query, start)
            # Without the hash, so that the later of two searches wins.
            await client.views_update(view_id=form.view_id, view=view)

        await self._dependencies.view_locks.search_in(
            form.view_id,
            partial(self._principals.serve, payloads.sender_of(body), target.refuse, redraw_page),
        )

    async def _page(self, context: RequestContext, query: AuthorityQuery, start: int = 0) -> Json:
        # Made at the first search to shorten the start (`benchmarks/start.py`), and on a thread
        # because it reads the names in all languages.
        lexicon = await asyncio.to_thread(self._lexicon)

        def load_page(tx: Connection) -> Json:
            page = (start, views.PAGE)
            results = service.search(tx, context.principal, query, lexicon, page)
            return views.search_view(query, results, self._rulebook.catalogue, context.language)

        return await self._store.read(load_page)
