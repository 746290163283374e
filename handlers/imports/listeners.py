"""Listeners for an import: checking a file of users, and registering the users in it."""

import asyncio
import hashlib

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from core.errors import BadFileError, FileProblem, RuleError
from core.imports.files import parse_file
from core.imports.rules import MAX_BYTES, ImportFile, ImportReport, ImportRow, RowStatus
from core.imports.service import UserImport, in_batches
from core.languages.texts import texts
from core.users.principals import require_administrator
from handlers import payloads, unexpected_errors
from handlers.command_listener import command_listener
from handlers.dependencies import Dependencies, HomeTab
from handlers.files import TextFile, upload_failed_text, upload_file
from handlers.imports import views
from handlers.imports.known_rows import packed, unpacked
from handlers.imports.report_file import report_file
from handlers.imports.result_message import result_message
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.progress_modal import ProgressModal, finish_in_modal
from handlers.refusal_texts import refusal_text
from handlers.request_context import RequestContext
from handlers.responses import SLACK_FAULTS, ResponseTarget, notice_view, refuse_at_fields
from handlers.ui.markdown import escaped

log = structlog.get_logger()

COMMAND = "/imi-import"


class ImportListeners:
    """Listeners for importing users from a file (R12, R41-R53)."""

    def __init__(self, dependencies: Dependencies, home: HomeTab) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.view(views.FORM)(self.submit_file)
        app.view(views.REPORT)(self.submit_report)
        app.action(views.AS_FILE)(self.press_as_file)

    async def type_command(
        self, context: RequestContext, _text: str, target: ResponseTarget
    ) -> None:
        """Open the form that takes the file."""
        await self._require_administrator(context)
        await target.show(views.form(context.language))

    async def submit_file(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Check the file, and show a preview of the import."""
        form = payloads.submitted_form_of(body)

        async def start_check(context: RequestContext) -> None:
            await self._require_administrator(context)
            await ack(response_action="update", view=views.checking(0, 0, context.language))
            progress = ProgressModal(client, form.view_id)
            checking = self._check(context, progress, form.text(views.FILE))
            finishing = finish_in_modal(checking, progress, context.language)
            self._dependencies.run_in_background(finishing)

        await self._principals.serve(payloads.sender_of(body), refuse_at_fields(ack), start_check)

    async def submit_report(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Register the users in the file that was checked."""
        form = payloads.submitted_form_of(body)
        # Read here, where a malformed request is answered as such.
        known = unpacked(form.metadata_text("known"))

        async def start_import(context: RequestContext) -> None:
            await self._require_administrator(context)
            await ack(response_action="update", view=views.importing(0, 0, context.language))
            importing = self._import_rows(context, client, form, known)
            progress = ProgressModal(client, form.view_id)
            stopped_text = unexpected_errors.stopped_import_text
            self._dependencies.run_in_background(
                finish_in_modal(importing, progress, context.language, stopped_text)
            )

        await self._principals.serve(payloads.sender_of(body), refuse_at_fields(ack), start_import)

    async def press_as_file(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Send the preview of every row as a file to the administrator alone."""
        await ack()
        action = payloads.block_action_of(body)
        form, target = action.required_form, ResponseTarget(client, action.trigger_id, pushed=True)

        async def start_sending(context: RequestContext) -> None:
            await self._require_administrator(context)
            text = texts(context.language).gettext(
                "The file will be sent to you in the messages of the IMI app. Nobody else sees it."
            )
            await target.show(notice_view(text, context.language))
            self._dependencies.run_in_background(self._send_checked(context, client, form))

        await self._principals.serve(payloads.sender_of(body), target.refuse, start_sending)

    async def _check(self, context: RequestContext, progress: ProgressModal, file_id: str) -> None:
        language = context.language
        try:
            content = await self._file_content(context, file_id)
            file = await _parsed(content)
            report = await self._check_rows(context, file.rows, progress)
        except RuleError as refusal:
            await progress.show_or_raise(views.form(language, refusal_text(refusal, language)))
            return
        known = (outcome.row.number for outcome in report.of(RowStatus.UNCHANGED))
        metadata = {"file": file_id, "digest": _digest(content), "known": packed(known)}
        await progress.show_or_raise(views.report(report, file.notes, metadata, language))

    async def _import_rows(
        self,
        context: RequestContext,
        client: AsyncWebClient,
        form: SubmittedForm,
        known: frozenset[int],
    ) -> None:
        language, progress = context.language, ProgressModal(client, form.view_id)
        report, problem = ImportReport(), ""
        by = context.principal
        import_ = UserImport(by.authority_id, by, self._rulebook, known=known)
        try:
            lines = await self._rows(context, form)
            for batch in in_batches(lines):
                report += await self._store.write(import_.operation_for(batch, self._clock()))
                self._dependencies.wake_delivery_worker()
                done = len(report.outcomes)
                await progress.show_progress(views.importing(done, len(lines), language))
            await self._store.write(lambda tx: import_.record_and_notify(tx, report, self._clock()))
        except RuleError as refusal:
            problem = refusal_text(refusal, language)
        self._dependencies.wake_delivery_worker()
        self._home.refresh(client, context.member_key)
        await progress.show(views.finished(report, language, problem))
        try:
            await self._report_result(context, client, report, problem)
        except SLACK_FAULTS as error:
            # The rows are registered, and the modal shows the result.
            code = unexpected_errors.slack_code(error)
            log.warning("import_result_not_sent", error=type(error).__name__, code=code)

    async def _report_result(
        self, context: RequestContext, client: AsyncWebClient, report: ImportReport, problem: str
    ) -> None:
        """Report the result in a message, in case the modal was closed; send the refused rows."""
        message = result_message(report, problem, context.language)
        await client.chat_postMessage(
            channel=context.member_key.member_id, text=message.text, blocks=message.blocks
        )
        refused_rows = ImportReport(report.of(RowStatus.REFUSED))
        if refused_rows.outcomes:
            await self._send(context, client, refused_rows)

    async def _send_checked(
        self, context: RequestContext, client: AsyncWebClient, form: SubmittedForm
    ) -> None:
        """Send the checked rows as a file, or a message that says why there is none."""
        language = context.language
        try:
            lines = await self._rows(context, form)
            report = await self._check_rows(context, lines, None)
            await self._send(context, client, report)
        except RuleError as refusal:
            problem = refusal_text(refusal, language)
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for the file
            reference = unexpected_errors.record(error)
            problem = unexpected_errors.text_about(error, reference, language)
        else:
            return
        await client.chat_postMessage(channel=context.member_key.member_id, text=escaped(problem))

    async def _send(
        self, context: RequestContext, client: AsyncWebClient, report: ImportReport
    ) -> None:
        _, language = texts(context.language).gettext, context.language
        comment = _("The list contains personal data. Delete it when you have finished.")
        rows = report_file(report, language)
        file = TextFile("imi-import.csv", _("Import users"), rows, comment)
        if not await upload_file(client, context.member_key, file):
            text = upload_failed_text(language)
            await client.chat_postMessage(channel=context.member_key.member_id, text=text)

    async def _check_rows(
        self, context: RequestContext, lines: tuple[ImportRow, ...], progress: ProgressModal | None
    ) -> ImportReport:
        import_ = UserImport(context.principal.authority_id, context.principal, self._rulebook)
        report = ImportReport()
        for batch in in_batches(lines):
            report += await self._store.write(import_.operation_for(batch, None))
            if progress is not None:
                done = len(report.outcomes)
                await progress.show_progress(views.checking(done, len(lines), context.language))
        await self._store.write(lambda tx: import_.record_check(tx, report, self._clock()))
        return report

    async def _rows(self, context: RequestContext, form: SubmittedForm) -> tuple[ImportRow, ...]:
        """Return the rows of the file that was checked, fetched anew.

        Raises:
            BadFileError: the file cannot be fetched, or its content has changed.
        """
        content = await self._file_content(context, form.metadata_text("file"))
        if _digest(content) != form.metadata_text("digest"):
            raise BadFileError(FileProblem.GONE)
        return (await _parsed(content)).rows

    async def _file_content(self, context: RequestContext, file_id: str) -> bytes:
        return await self._dependencies.workspace.file(file_id, context.member_key, MAX_BYTES)

    async def _require_administrator(self, context: RequestContext) -> None:
        await self._store.read(lambda tx: require_administrator(tx, context.principal))


async def _parsed(content: bytes) -> ImportFile:
    # A large file takes more than a second, for which other requests must not wait.
    return await asyncio.to_thread(parse_file, content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
