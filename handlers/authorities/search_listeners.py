"""What everybody does to find an authority: words, narrowing, pages, its card (R2-R4)."""

from collections.abc import Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration.overview import public_card_of
from core.authority_search import service
from core.authority_search.rules import Lexicon
from core.authority_search.service import Search
from core.errors import RuleError
from handlers import payloads
from handlers.answers import Place, answer_at_fields
from handlers.asker import Visit
from handlers.authorities import search_views as views
from handlers.commands import commanded
from handlers.parts import Parts
from handlers.payloads import Json
from handlers.sought import sought

COMMAND = "/imi-findauthority"


class SearchListeners:
    """Finding an authority."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lexicon = Lexicon.of(parts.rulebook.catalogue)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.action(views.OPEN_SEARCH)(self.press_open)
        app.view(views.SEARCH)(self.submit)
        for action_id in (views.WORDS, views.PLACE, views.MODULE, views.COUNTRY):
            app.action(action_id)(self.search)
        for action_id in (views.NEXT, views.PREVIOUS):
            app.action(action_id)(self.turn_page)
        app.action(views.SHOW)(self.show)

    async def type_command(self, visit: Visit, text: str, place: Place) -> None:
        """`/imi-findauthority WORDS` searches at once."""
        wish = Search(sought(text))
        await place.show(await self._parts.store.read(self._drawing(visit, wish)))

    async def press_open(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the search from Home."""
        await ack()
        place = Place(client, payloads.trigger_of(body))

        async def work(visit: Visit) -> None:
            await self.type_command(visit, "", place)

        await self._parts.askers.receive(payloads.who_of(body), place.refused, work)

    async def submit(self, ack: AsyncAck, body: Json) -> None:
        """Search for what stands in the fields."""
        wish = views.search_in(payloads.form_of(body))

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, str))

        async def work(visit: Visit) -> None:
            view = await self._parts.store.read(self._drawing(visit, wish))
            await ack(response_action="update", view=view)

        await self._parts.askers.receive(payloads.who_of(body), refused, work)

    async def search(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Search as soon as Enter is pressed, or a module or a country is chosen."""
        await ack()
        form = payloads.click_of(body).form_needed
        await self._redraw(body, client, views.search_in(form), 0)

    async def turn_page(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the next page, or the one before."""
        await ack()
        click = payloads.click_of(body)
        wish, start = views.search_of(click.form_needed)
        step = views.PAGE if click.action_id == views.NEXT else -views.PAGE
        await self._redraw(body, client, wish, max(0, start + step))

    async def show(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the card of an authority that was found."""
        await ack()
        click = payloads.click_of(body)
        place = Place(client, click.trigger_id, pushed=True)

        async def work(visit: Visit) -> None:
            def look(tx: Connection) -> Json:
                card = public_card_of(tx, visit.asker, click.number)
                return views.card_view(card, self._parts.rulebook.catalogue, visit.language)

            await place.show(await self._parts.store.read(look))

        await self._parts.askers.receive(payloads.who_of(body), place.refused, work)

    async def _redraw(self, body: Json, client: AsyncWebClient, wish: Search, start: int) -> None:
        form = payloads.click_of(body).form_needed
        place = Place(client, payloads.trigger_of(body), pushed=True)

        async def work(visit: Visit) -> None:
            view = await self._parts.store.read(self._drawing(visit, wish, start))
            # Without the hash: of two searches in a row, the later one counts.
            await client.views_update(view_id=form.view_id, view=view)

        async with self._parts.turns.of(form.view_id):
            await self._parts.askers.receive(payloads.who_of(body), place.refused, work)

    def _drawing(self, visit: Visit, wish: Search, start: int = 0) -> Callable[[Connection], Json]:
        def look(tx: Connection) -> Json:
            page = (start, views.PAGE)
            found = service.search(tx, visit.asker, wish, self._lexicon, page)
            return views.search_view(wish, found, self._parts.rulebook.catalogue, visit.language)

        return look
