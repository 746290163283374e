"""What administrators do to register many users from a file."""

import hashlib

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from core.errors import BadFileError, FileFault, RuleError
from core.imports.files import lines_of
from core.imports.rules import MOST_BYTES, Fate, Line, Report
from core.imports.service import Import, in_batches
from core.languages.texts import texts
from core.users.principals import require_administrator
from handlers import payloads
from handlers.answers import Place, notice, refused_at_fields
from handlers.asker import Visit
from handlers.commands import commanded
from handlers.files import File, not_taken, sent_as_file
from handlers.home.publisher import Publisher
from handlers.imports import views
from handlers.imports.report_file import report_file
from handlers.imports.screen import Screen
from handlers.parts import Parts
from handlers.payloads import Form, Json
from handlers.replies import words

COMMAND = "/imi-import"


class ImportListeners:
    """Users from a file (R12, R41-R53)."""

    def __init__(self, parts: Parts, home: Publisher) -> None:
        self._parts = parts
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.command(COMMAND)(commanded(self._parts, COMMAND, self.type_command))
        app.view(views.FORM)(self.submit_file)
        app.view(views.REPORT)(self.submit_report)
        app.action(views.AS_FILE)(self.take_along)

    async def type_command(self, visit: Visit, _text: str, place: Place) -> None:
        """Open the form that takes the file."""
        await self._require_administrator(visit)
        await place.show(views.form(visit.language))

    async def submit_file(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Check the file, and show what would happen."""
        form = payloads.form_of(body)

        async def work(visit: Visit) -> None:
            await self._require_administrator(visit)
            await ack(response_action="update", view=views.checking(0, 0, visit.language))
            screen = Screen(client, form.view_id)
            self._parts.later(self._check(visit, screen, form.text(views.FILE)))

        await self._parts.askers.receive(payloads.who_of(body), refused_at_fields(ack), work)

    async def submit_report(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Register the users of the file that was checked."""
        form = payloads.form_of(body)

        async def work(visit: Visit) -> None:
            await self._require_administrator(visit)
            await ack(response_action="update", view=views.importing(0, 0, visit.language))
            self._parts.later(self._import(visit, client, form))

        await self._parts.askers.receive(payloads.who_of(body), refused_at_fields(ack), work)

    async def take_along(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Send what would become of every row to the administrator alone."""
        await ack()
        click = payloads.click_of(body)
        form, place = click.form_needed, Place(client, click.trigger_id, pushed=True)

        async def work(visit: Visit) -> None:
            await self._require_administrator(visit)
            said = texts(visit.language).gettext(
                "The file comes into your messages with the IMI app. Nobody else sees it."
            )
            await place.show(notice(said, visit.language))
            self._parts.later(self._send_checked(visit, client, form))

        await self._parts.askers.receive(payloads.who_of(body), place.refused, work)

    async def _check(self, visit: Visit, screen: Screen, file_id: str) -> None:
        language = visit.language
        try:
            content = await self._content(visit, file_id)
            found = await self._checked(visit, lines_of(content), screen)
        except RuleError as refusal:
            await screen.show(views.form(language, words(refusal, language)))
            return
        travelling = {"file": file_id, "digest": _digest(content)}
        await screen.show(views.report(found, travelling, language))

    async def _import(self, visit: Visit, client: AsyncWebClient, form: Form) -> None:
        language, screen = visit.language, Screen(client, form.view_id)
        found, problem = Report(), ""
        job = Import(visit.asker.authority_id, visit.asker, self._parts.rulebook)
        try:
            lines = await self._lines(visit, form)
            for batch in in_batches(lines):
                found += await self._parts.store.write(
                    job.going_through(batch, self._parts.clock())
                )
                self._parts.nudge()
                done = len(found.outcomes)
                await screen.show_progress(views.importing(done, len(lines), language))
            await self._parts.store.write(lambda tx: job.tell(tx, found, self._parts.clock()))
        except RuleError as refusal:
            problem = words(refusal, language)
        self._parts.nudge()
        await screen.show(views.finished(found, language, problem))
        await self._tell(visit, client, found, problem)
        self._home.refresh(client, visit.who)

    async def _tell(
        self, visit: Visit, client: AsyncWebClient, found: Report, problem: str
    ) -> None:
        """Say how it ended, for who closed the modal; with the rows that are refused as a file."""
        t = texts(visit.language)
        said = "\n".join([*([problem] if problem else []), *views.result(found, t)])
        refused = Report(found.of(Fate.REFUSED))
        if refused.outcomes:
            await self._send(visit, client, refused, said)
        else:
            await client.chat_postMessage(channel=visit.who.member_id, text=said)

    async def _send_checked(self, visit: Visit, client: AsyncWebClient, form: Form) -> None:
        t = texts(visit.language)
        try:
            lines = await self._lines(visit, form)
            found = await self._checked(visit, lines, None)
        except RuleError as refusal:
            said = words(refusal, visit.language)
            await client.chat_postMessage(channel=visit.who.member_id, text=said)
            return
        comment = t.gettext("The list holds personal data. Delete it when you are done.")
        await self._send(visit, client, found, comment)

    async def _send(
        self, visit: Visit, client: AsyncWebClient, found: Report, comment: str
    ) -> None:
        title, language = texts(visit.language).gettext("Import users"), visit.language
        file = File("imi-import.csv", title, report_file(found, language), comment)
        if not await sent_as_file(client, visit.who, file):
            said = f"{comment}\n{not_taken(language)}"
            await client.chat_postMessage(channel=visit.who.member_id, text=said)

    async def _checked(
        self, visit: Visit, lines: tuple[Line, ...], screen: Screen | None
    ) -> Report:
        job = Import(visit.asker.authority_id, visit.asker, self._parts.rulebook)
        found = Report()
        for batch in in_batches(lines):
            found += await self._parts.store.write(job.going_through(batch, None))
            if screen is not None:
                done = len(found.outcomes)
                await screen.show_progress(views.checking(done, len(lines), visit.language))
        await self._parts.store.write(lambda tx: job.note_check(tx, found, self._parts.clock()))
        return found

    async def _lines(self, visit: Visit, form: Form) -> tuple[Line, ...]:
        """Fetch the file that was checked; raises BadFileError where it is another one now."""
        content = await self._content(visit, form.travelled("file"))
        if _digest(content) != form.travelled("digest"):
            raise BadFileError(FileFault.GONE)
        return lines_of(content)

    async def _content(self, visit: Visit, file_id: str) -> bytes:
        return await self._parts.workspace.file(file_id, visit.who, MOST_BYTES)

    async def _require_administrator(self, visit: Visit) -> None:
        await self._parts.store.read(lambda tx: require_administrator(tx, visit.asker))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
