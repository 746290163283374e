"""What a user does about their own account."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import own_data, reports
from core.errors import RuleError
from core.languages.texts import texts
from core.users.rows import users
from core.users.timezones import time_zone_of
from handlers import payloads
from handlers.answers import ResponseTarget, answer_at_fields, notice
from handlers.asker import RequestContext
from handlers.commands import commanded
from handlers.files import hand_over
from handlers.home.frame import HomeContext
from handlers.me import views
from handlers.me.own_file import own_file
from handlers.parts import Dependencies
from handlers.payloads import Json
from handlers.reminders.messages import FOLLOW
from handlers.resets.listeners import ResetListeners

COMMAND = "/imi-me"


class MeListeners:
    """One's own account (R59, R78, D11)."""

    def __init__(self, parts: Dependencies, resets: ResetListeners) -> None:
        self._parts = parts
        self._resets = resets

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.action(views.ASK_RESET)(self.press_ask)
        app.action(views.REPORT)(self.press_report)
        app.view(views.REPORT_FORM)(self.submit_report)
        app.action(views.OPEN_PORTAL)(self.follow_link)
        app.action(FOLLOW)(self.follow_link)

    async def type_command(self, context: RequestContext, text: str, place: ResponseTarget) -> None:
        """`/imi-me` shows one's own account, `/imi-me data` sends what is kept about one."""
        if text.casefold() in {"data", texts(context.language).gettext("data")}:
            await self._send_data(context, place)
            return

        def look(tx: Connection) -> Json:
            me, parts = users.require(tx, context.principal.user_id), self._parts
            catalogue = parts.rulebook.catalogue
            return views.card(
                me, HomeContext(parts.clock(), time_zone_of(tx, me), parts.public_url, catalogue)
            )

        await place.show(await self._parts.store.read(look))

    async def _send_data(self, context: RequestContext, place: ResponseTarget) -> None:
        now = self._parts.clock()
        found = await self._parts.store.write(
            lambda tx: own_data.export_own_data(tx, context.principal, now)
        )
        file = own_file(found, self._parts.rulebook.catalogue, context.language)
        await hand_over(place, context.who, file, context.language)

    async def press_ask(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask for a new password."""
        await ack()
        place = _place(body, client)

        async def work(context: RequestContext) -> None:
            await self._resets.open_ask(context, place)

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def press_report(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form to say what is wrong."""
        await ack()
        place = _place(body, client)

        async def work(context: RequestContext) -> None:
            await place.show(views.report_form(context.language))

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)

    async def submit_report(self, ack: AsyncAck, body: Json) -> None:
        """Tell the administrators."""
        text = payloads.form_of(body).text(views.TEXT)

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, str))

        def work(tx: Connection, context: RequestContext) -> Json:
            told = reports.report(tx, context.principal, text, self._parts.clock())
            said = texts(context.language).ngettext(
                "{number} administrator is told.", "{number} administrators are told.", told
            )
            return notice(f":white_check_mark: {said}", context.language)

        view = await self._parts.principals.act(payloads.who_of(body), refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()

    async def follow_link(self, ack: AsyncAck) -> None:
        """Slack tells of a pressed link too; the browser does the rest."""
        await ack()


def _place(body: Json, client: AsyncWebClient) -> ResponseTarget:
    click = payloads.click_of(body)
    return ResponseTarget(client, click.trigger_id, pushed=click.form is not None)
