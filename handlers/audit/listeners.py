"""`/imi-audit`: what administrators do with the trail of their authority."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.audit_log import service
from core.audit_log.service import AuditLogQuery
from core.users.rows import users
from core.users.timezones import tz_of
from handlers import payloads
from handlers.audit import views
from handlers.audit.export_files import csv_header, csv_lines, export_file, json_lines
from handlers.audit.views import AuditTrailState
from handlers.commands import command_listener
from handlers.dependencies import Dependencies
from handlers.files import TextFile, send_files
from handlers.payloads import Json
from handlers.principals import RequestContext
from handlers.responses import ResponseTarget, refuse_at_fields
from handlers.ui.search_text import clean_search_text

COMMAND = "/imi-audit"


# Of 500 lines each, in one file: a few megabytes.
CHUNKS_PER_FILE = 40


@dataclass(frozen=True, slots=True)
class AuditExport:
    """What is taken along: what fits the query and was there before the entry `end`."""

    query: AuditLogQuery
    end: int
    as_csv: bool


class AuditListeners:
    """The trail (D22)."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._store = dependencies.store
        self._principals = dependencies.principals

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.view(views.TRAIL)(self.submit_search)
        for action_id in (views.NEWER, views.OLDER):
            app.action(action_id)(self.turn_page)
        for action_id in (views.CSV, views.JSON_LINES):
            app.action(action_id)(self.take_along)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-audit NAME` shows what was done by or about somebody."""
        await target.show(
            await self._store.read(self._drawing(context, AuditLogQuery(clean_search_text(text))))
        )

    async def submit_search(self, ack: AsyncAck, body: Json) -> None:
        """Search for what stands in the fields."""
        form = payloads.submitted_form_of(body)

        async def search(context: RequestContext) -> None:
            drawing = self._drawing(context, views.query_in_fields(form))
            await ack(response_action="update", view=await self._store.read(drawing))

        await self._principals.serve(payloads.sender_of(body), refuse_at_fields(ack), search)

    async def turn_page(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show newer entries, or older ones."""
        await ack()
        click = payloads.block_action_of(body)
        form = click.required_form
        target = ResponseTarget(client, click.trigger_id, pushed=True)
        newer = click.action_id == views.NEWER
        after = form.metadata_number("first") if newer else 0
        before = 0 if newer else form.metadata_number("last")

        async def redraw_page(context: RequestContext) -> None:
            drawing = self._drawing(
                context, views.query_in_metadata(form), before=before, after=after
            )
            view = await self._store.read(drawing)
            await client.views_update(view_id=form.view_id, view=view)

        async with self._dependencies.view_locks.lock_of(form.view_id):
            await self._principals.serve(payloads.sender_of(body), target.refuse, redraw_page)

    async def take_along(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Send what fits as a file to the administrator alone."""
        await ack()
        click, sender = payloads.block_action_of(body), payloads.sender_of(body)
        query = views.query_in_metadata(click.required_form)
        target = ResponseTarget(client, click.trigger_id, pushed=True)
        as_csv = click.action_id == views.CSV

        async def export_trail(context: RequestContext) -> None:
            now = self._dependencies.clock()
            end = await self._store.write(
                lambda tx: service.begin_export(tx, context.principal, now)
            )
            files = self._files(context, AuditExport(query, end, as_csv=as_csv))
            await send_files(target, sender, files, context.language)

        await self._principals.serve(sender, target.refuse, export_trail)

    async def _files(self, context: RequestContext, taking: AuditExport) -> AsyncIterator[TextFile]:
        """Yield the files, each of so many pieces that it is small in memory, and in Slack."""
        last, part, is_more = 0, 1, True
        while is_more:
            texts = [csv_header(context.language)] if taking.as_csv else []
            while is_more and len(texts) < CHUNKS_PER_FILE:
                text, last, is_more = await self._store.read(_next_chunk(context, taking, last))
                texts.append(text)
            yield export_file("".join(texts), part, context.language, as_csv=taking.as_csv)
            part += 1

    def _drawing(
        self, context: RequestContext, query: AuditLogQuery, *, before: int = 0, after: int = 0
    ) -> Callable[[Connection], Json]:
        def load_page(tx: Connection) -> Json:
            page = service.page_of(tx, context.principal, query, before=before, after=after)
            tz = tz_of(tx, users.require(tx, context.principal.user_id))
            catalogue = self._dependencies.rulebook.catalogue
            return views.trail_view(AuditTrailState(query, page, tz), catalogue, context.language)

        return load_page


def _next_chunk(
    context: RequestContext, taking: AuditExport, last: int
) -> Callable[[Connection], tuple[str, int, bool]]:
    """Return the wish for the next lines as text, the number of the last, and if there are more."""

    def read_chunk(tx: Connection) -> tuple[str, int, bool]:
        piece = service.piece_of(tx, context.principal, taking.query, end=taking.end, after=last)
        lines = piece.lines
        text = csv_lines(lines, context.language) if taking.as_csv else json_lines(lines)
        return text, lines[-1].entry.id if lines else last, piece.is_more

    return read_chunk
