"""Listeners of `/imi-audit`: administrators search and export their authority's audit trail.

An export is sent to them as files in a direct message.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.audit_log import service
from core.audit_log.service import AuditLogLine, AuditLogQuery
from handlers import payloads
from handlers.audit import views
from handlers.audit.export_files import csv_header, csv_lines, export_file, json_lines
from handlers.audit.views import AuditTrailState
from handlers.command_listener import command_listener
from handlers.command_search import search_text_of_command
from handlers.dependencies import Dependencies
from handlers.files import TextFile, send_files
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, refuse_at_fields

COMMAND = "/imi-audit"


# With 500 lines per chunk a file has a few megabytes.
CHUNKS_PER_FILE = 40


@dataclass(frozen=True, slots=True)
class AuditExport:
    """A request for all entries that match the query and were written before the entry `end`."""

    query: AuditLogQuery
    end: int
    as_csv: bool


class AuditListeners:
    """Listeners for the audit trail (D22)."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.view(views.TRAIL)(self.submit_search)
        for action_id in (views.PERSON, views.ACT, views.SINCE, views.UNTIL):
            app.action(action_id)(self.change_search)
        for action_id in (views.NEWER, views.OLDER):
            app.action(action_id)(self.turn_page)
        for action_id in (views.CSV, views.JSON_LINES):
            app.action(action_id)(self.press_export)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-audit NAME` shows the entries by or about a person."""
        team_id = self._dependencies.team_id
        words = await search_text_of_command(self._store, context.principal, text, team_id)
        query = AuditLogQuery(words)
        await target.show(await self._store.read(self._page_operation(context, query)))

    async def submit_search(self, ack: AsyncAck, body: Json) -> None:
        """Search by the values of the fields."""
        form = payloads.submitted_form_of(body)

        async def search(context: RequestContext) -> None:
            operation = self._page_operation(context, views.query_in_fields(form))
            await ack(response_action="update", view=await self._store.read(operation))

        await self._principals.serve(payloads.sender_of(body), refuse_at_fields(ack), search)

    async def change_search(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Search as soon as something is typed, or an action or a day is chosen."""
        await ack()
        form = payloads.block_action_of(body).required_form
        await self._redraw(body, client, views.query_in_fields(form))

    async def turn_page(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the page of newer or of older entries."""
        await ack()
        action = payloads.block_action_of(body)
        form, newer = action.required_form, action.action_id == views.NEWER
        place = {"after": form.metadata_number("first")}
        if not newer:
            place = {"before": form.metadata_number("last")}
        await self._redraw(body, client, views.query_in_metadata(form), **place)

    async def _redraw(
        self, body: Json, client: AsyncWebClient, query: AuditLogQuery, **place: int
    ) -> None:
        """Show the newest page, or the one before or after the entry in `place`."""
        form = payloads.block_action_of(body).required_form
        target = ResponseTarget(client, payloads.trigger_id_of(body), pushed=True)

        async def redraw_page(context: RequestContext) -> None:
            view = await self._store.read(self._page_operation(context, query, **place))
            # Without the hash, so that the later of two searches wins.
            await client.views_update(view_id=form.view_id, view=view)

        await self._dependencies.view_locks.search_in(
            form.view_id,
            partial(self._principals.serve, payloads.sender_of(body), target.refuse, redraw_page),
        )

    async def press_export(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Send all matching entries as files to the administrator alone."""
        await ack()
        action, sender = payloads.block_action_of(body), payloads.sender_of(body)
        query = views.query_in_metadata(action.required_form)
        target = ResponseTarget(client, action.trigger_id, pushed=True)
        as_csv = action.action_id == views.CSV

        async def export_trail(context: RequestContext) -> None:
            now = self._clock()
            end = await self._store.write(
                lambda tx: service.begin_export(tx, context.principal, now)
            )
            files = self._files(context, AuditExport(query, end, as_csv=as_csv))
            await send_files(target, sender, files, context.language)

        await self._principals.serve(sender, target.refuse, export_trail)

    async def _files(self, context: RequestContext, export: AuditExport) -> AsyncIterator[TextFile]:
        """Yield the files, each with a limited number of chunks, so that memory use is limited."""
        last, part, has_more = 0, 1, True
        while has_more:
            texts = [csv_header(context.time_zone, context.language)] if export.as_csv else []
            while has_more and len(texts) < CHUNKS_PER_FILE:
                read_chunk = self._chunk_operation(context, export, last)
                text, last, has_more = await self._store.read(read_chunk)
                texts.append(text)
            yield export_file("".join(texts), part, context.language, as_csv=export.as_csv)
            part += 1

    def _page_operation(
        self, context: RequestContext, query: AuditLogQuery, *, before: int = 0, after: int = 0
    ) -> Callable[[Connection], Json]:
        def load_page(tx: Connection) -> Json:
            page = service.find_page(tx, context.principal, query, before=before, after=after)
            tz = context.time_zone
            catalogue = self._rulebook.catalogue
            return views.trail_view(AuditTrailState(query, page, tz), catalogue, context.language)

        return load_page

    def _chunk_operation(
        self, context: RequestContext, export: AuditExport, last: int
    ) -> Callable[[Connection], tuple[str, int, bool]]:
        """Return an operation that reads the next chunk: text, last id, and whether more follow."""

        def read_chunk(tx: Connection) -> tuple[str, int, bool]:
            chunk = service.next_chunk(
                tx, context.principal, export.query, end=export.end, after=last
            )
            lines = chunk.lines
            text = self._text_of(lines, context) if export.as_csv else json_lines(lines)
            return text, lines[-1].entry.id if lines else last, chunk.has_more

        return read_chunk

    def _text_of(self, lines: Sequence[AuditLogLine], context: RequestContext) -> str:
        return csv_lines(lines, self._rulebook.catalogue, context.time_zone, context.language)
