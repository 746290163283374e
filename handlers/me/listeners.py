"""Listeners for a user's own account: view, data export, reports of errors, reset requests."""

from collections.abc import AsyncIterator, Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import own_data, reports
from core.languages.texts import texts
from core.users.member_time_zones import time_zone_of
from core.users.rows import users
from handlers import payloads
from handlers.command_listener import command_listener
from handlers.dependencies import Dependencies
from handlers.files import TextFile, send_files
from handlers.json_types import Json
from handlers.me import views
from handlers.me.own_data_file import own_data_file
from handlers.me.own_data_page import own_data_page
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, refuse_at_fields, success_view
from handlers.ui.action_ids import ASK_RESET, OPEN_PORTAL, REMINDER_LINK
from handlers.ui.view_context import ViewContext

COMMAND = "/imi-me"


class MeListeners:
    """Listeners for one's own account (R59, R78, D11)."""

    def __init__(
        self,
        dependencies: Dependencies,
        open_reset_request: Callable[[RequestContext, ResponseTarget], Awaitable[None]],
    ) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._open_reset_request = open_reset_request

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.action(ASK_RESET)(self.press_request_reset)
        app.action(views.REPORT)(self.press_report)
        app.view(views.REPORT_FORM)(self.submit_report)
        app.action(OPEN_PORTAL)(self.follow_link)
        app.action(REMINDER_LINK)(self.follow_link)

    async def type_command(
        self, context: RequestContext, text: str, target: ResponseTarget
    ) -> None:
        """`/imi-me` shows one's own account, `/imi-me data` sends all data stored about oneself."""
        if text.casefold() in {"data", texts(context.language).gettext("data")}:
            await self._send_data(context, target)
            return

        def load_card(tx: Connection) -> Json:
            me, dependencies = users.require(tx, context.principal.user_id), self._dependencies
            catalogue = dependencies.rulebook.catalogue
            return views.card(
                me,
                ViewContext(
                    dependencies.clock(), time_zone_of(tx, me), dependencies.public_url, catalogue
                ),
            )

        await target.show(await self._store.read(load_card))

    async def _send_data(self, context: RequestContext, target: ResponseTarget) -> None:
        now = self._clock()
        found = await self._store.write(
            lambda tx: own_data.export_own_data(tx, context.principal, now)
        )
        catalogue, language = self._rulebook.catalogue, context.language

        async def files() -> AsyncIterator[TextFile]:
            yield own_data_page(found, catalogue, context.time_zone, language)
            yield own_data_file(found, catalogue, language)

        await send_files(target, context.member_key, files(), language)

    async def press_request_reset(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the request for a new password."""
        await ack()
        target = _target(body, client)

        async def open_request_form(context: RequestContext) -> None:
            await self._open_reset_request(context, target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_request_form)

    async def press_report(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form that reports a wrong detail."""
        await ack()
        target = _target(body, client)

        async def open_report_form(context: RequestContext) -> None:
            await target.show(views.report_form(context.language))

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_report_form)

    async def submit_report(self, ack: AsyncAck, body: Json) -> None:
        """Send the report to the administrators."""
        text = payloads.submitted_form_of(body).text(views.TEXT)

        def report_detail(tx: Connection, context: RequestContext) -> Json:
            number = reports.report(tx, context.principal, text, self._clock())
            confirmation = texts(context.language).ngettext(
                "{number} administrator will be notified.",
                "{number} administrators will be notified.",
                number,
            )
            return success_view(confirmation, context.language)

        view = await self._principals.serve_in_transaction(
            payloads.sender_of(body), refuse_at_fields(ack), report_detail
        )
        if view is not None:
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()

    async def follow_link(self, ack: AsyncAck) -> None:
        """Acknowledge a pressed link; the browser opens it without us."""
        await ack()


def _target(body: Json, client: AsyncWebClient) -> ResponseTarget:
    return ResponseTarget.of_action(client, payloads.block_action_of(body))
