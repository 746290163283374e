"""What a user does about their own account."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import own_data, reports
from core.errors import RuleError
from core.languages.texts import texts
from core.users.rows import users
from core.users.timezones import tz_of
from handlers import payloads
from handlers.answers import Place, answer_at_fields, notice
from handlers.asker import Visit
from handlers.commands import commanded
from handlers.files import hand_over
from handlers.home.frame import Frame
from handlers.me import views
from handlers.me.own_file import own_file
from handlers.parts import Parts
from handlers.payloads import Json
from handlers.reminders.messages import FOLLOW
from handlers.resets.listeners import ResetListeners

COMMAND = "/imi-me"


class MeListeners:
    """One's own account (R59, R78, D11)."""

    def __init__(self, parts: Parts, resets: ResetListeners) -> None:
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

    async def type_command(self, visit: Visit, text: str, place: Place) -> None:
        """`/imi-me` shows one's own account, `/imi-me data` sends what is kept about one."""
        if text.casefold() in {"data", texts(visit.language).gettext("data")}:
            await self._send_data(visit, place)
            return

        def look(tx: Connection) -> Json:
            me, parts = users.require(tx, visit.asker.user_id), self._parts
            catalogue = parts.rulebook.catalogue
            return views.card(me, Frame(parts.clock(), tz_of(tx, me), parts.public_url, catalogue))

        await place.show(await self._parts.store.read(look))

    async def _send_data(self, visit: Visit, place: Place) -> None:
        now = self._parts.clock()
        found = await self._parts.store.write(lambda tx: own_data.take_own(tx, visit.asker, now))
        file = own_file(found, self._parts.rulebook.catalogue, visit.language)
        await hand_over(place, visit.who, file, visit.language)

    async def press_ask(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Ask for a new password."""
        await ack()
        place = _place(body, client)

        async def work(visit: Visit) -> None:
            await self._resets.open_ask(visit, place)

        await self._parts.askers.receive(payloads.who_of(body), place.refused, work)

    async def press_report(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form to say what is wrong."""
        await ack()
        place = _place(body, client)

        async def work(visit: Visit) -> None:
            await place.show(views.report_form(visit.language))

        await self._parts.askers.receive(payloads.who_of(body), place.refused, work)

    async def submit_report(self, ack: AsyncAck, body: Json) -> None:
        """Tell the administrators."""
        text = payloads.form_of(body).text(views.TEXT)

        async def refused(refusal: RuleError, language: str) -> None:
            await ack(**answer_at_fields(refusal, language, str))

        def work(tx: Connection, visit: Visit) -> Json:
            told = reports.report(tx, visit.asker, text, self._parts.clock())
            said = texts(visit.language).ngettext(
                "{number} administrator is told.", "{number} administrators are told.", told
            )
            return notice(f":white_check_mark: {said}", visit.language)

        view = await self._parts.askers.act(payloads.who_of(body), refused, work)
        if view is not None:
            await ack(response_action="update", view=view)
            self._parts.nudge()

    async def follow_link(self, ack: AsyncAck) -> None:
        """Slack tells of a pressed link too; the browser does the rest."""
        await ack()


def _place(body: Json, client: AsyncWebClient) -> Place:
    click = payloads.click_of(body)
    return Place(client, click.trigger_id, pushed=click.form is not None)
