"""`/imi-audit`: what administrators do with the trail of their authority."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.audit_log import service
from core.audit_log.service import AuditLogQuery
from core.errors import RuleError
from core.users.rows import users
from core.users.timezones import time_zone_of
from handlers import payloads
from handlers.answers import ResponseTarget, answer_at_fields
from handlers.asker import RequestContext
from handlers.audit import views
from handlers.audit.trail_files import csv_header, csv_lines, json_lines, trail_file
from handlers.audit.views import Shown
from handlers.commands import commanded
from handlers.files import File, hand_over_all
from handlers.parts import Dependencies
from handlers.payloads import Json
from handlers.sought import sought

COMMAND = "/imi-audit"


# Of 500 lines each, in one file: a few megabytes.
FILE_PIECES = 40


@dataclass(frozen=True, slots=True)
class Taking:
    """What is taken along: what fits the query and was there before the entry `end`."""

    query: AuditLogQuery
    end: int
    as_csv: bool


class AuditListeners:
    """The trail (D22)."""

    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.view(views.TRAIL)(self.submit_search)
        for action_id in (views.NEWER, views.OLDER):
            app.action(action_id)(self.turn_page)
        for action_id in (views.CSV, views.JSON_LINES):
            app.action(action_id)(self.take_along)

    async def type_command(self, context: RequestContext, text: str, place: ResponseTarget) -> None:
        """`/imi-audit NAME` shows what was done by or about somebody."""
        await place.show(
            await self._parts.store.read(self._drawing(context, AuditLogQuery(sought(text))))
        )

    async def submit_search(self, ack: AsyncAck, body: Json) -> None:
        """Search for what stands in the fields."""
        form = payloads.form_of(body)

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, str))

        async def work(context: RequestContext) -> None:
            drawing = self._drawing(context, views.query_in(form))
            await ack(response_action="update", view=await self._parts.store.read(drawing))

        await self._parts.principals.receive(payloads.who_of(body), refused, work)

    async def turn_page(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show newer entries, or older ones."""
        await ack()
        click = payloads.click_of(body)
        form = click.form_needed
        place = ResponseTarget(client, click.trigger_id, pushed=True)
        newer = click.action_id == views.NEWER
        after = form.travelled_number("first") if newer else 0
        before = 0 if newer else form.travelled_number("last")

        async def work(context: RequestContext) -> None:
            drawing = self._drawing(context, views.query_of(form), before=before, after=after)
            view = await self._parts.store.read(drawing)
            await client.views_update(view_id=form.view_id, view=view)

        async with self._parts.turns.of(form.view_id):
            await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def take_along(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Send what fits as a file to the administrator alone."""
        await ack()
        click, who = payloads.click_of(body), payloads.who_of(body)
        query = views.query_of(click.form_needed)
        place = ResponseTarget(client, click.trigger_id, pushed=True)
        as_csv = click.action_id == views.CSV

        async def work(context: RequestContext) -> None:
            now = self._parts.clock()
            end = await self._parts.store.write(
                lambda tx: service.begin_export(tx, context.principal, now)
            )
            files = self._files(context, Taking(query, end, as_csv=as_csv))
            await hand_over_all(place, who, files, context.language)

        await self._parts.principals.receive(who, place.refused, work)

    async def _files(self, context: RequestContext, taking: Taking) -> AsyncIterator[File]:
        """Yield the files, each of so many pieces that it is small in memory, and in Slack."""
        last, part, is_more = 0, 1, True
        while is_more:
            texts = [csv_header(context.language)] if taking.as_csv else []
            while is_more and len(texts) < FILE_PIECES:
                text, last, is_more = await self._parts.store.read(_piece(context, taking, last))
                texts.append(text)
            yield trail_file("".join(texts), part, context.language, as_csv=taking.as_csv)
            part += 1

    def _drawing(
        self, context: RequestContext, query: AuditLogQuery, *, before: int = 0, after: int = 0
    ) -> Callable[[Connection], Json]:
        def look(tx: Connection) -> Json:
            page = service.page_of(tx, context.principal, query, before=before, after=after)
            tz = time_zone_of(tx, users.require(tx, context.principal.user_id))
            catalogue = self._parts.rulebook.catalogue
            return views.trail_view(Shown(query, page, tz), catalogue, context.language)

        return look


def _piece(
    context: RequestContext, taking: Taking, last: int
) -> Callable[[Connection], tuple[str, int, bool]]:
    """Return the wish for the next lines as text, the number of the last, and if there are more."""

    def wish(tx: Connection) -> tuple[str, int, bool]:
        piece = service.piece_of(tx, context.principal, taking.query, end=taking.end, after=last)
        lines = piece.lines
        text = csv_lines(lines, context.language) if taking.as_csv else json_lines(lines)
        return text, lines[-1].entry.id if lines else last, piece.is_more

    return wish
