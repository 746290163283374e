"""Listeners of the button that sends all failed messages of an authority again.

An administrator first confirms how many; a modal then shows the progress and the result.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.deliveries import bulk_resend
from core.deliveries.bulk_resend import FailedMessages, ResendReport
from core.errors import RuleError
from core.languages.names import full_name
from core.users.principals import Principal
from core.users.rows import users
from handlers import payloads, unexpected_errors
from handlers.deliveries import resend_views as views
from handlers.dependencies import Dependencies, HomeTab
from handlers.json_types import Json
from handlers.progress_modal import ProgressModal, finish_in_modal
from handlers.refusal_texts import refusal_text
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, refuse_at_fields
from handlers.ui.action_ids import SEND_ALL_AGAIN


class ResendListeners:
    """Listeners for sending all failed messages again, after a confirmation."""

    def __init__(self, dependencies: Dependencies, home: HomeTab) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.action(SEND_ALL_AGAIN)(self.press_send_all)
        app.view(views.CONFIRM)(self.submit_confirmation)

    async def press_send_all(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show how many messages of each kind would be sent again."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)

        async def show_confirmation(context: RequestContext) -> None:
            failed = await self._failed(context)
            language = context.language
            await target.show(
                views.confirm(failed, language) if failed.ids else views.nothing_failed(language)
            )

        await self._principals.serve(payloads.sender_of(body), target.refuse, show_confirmation)

    async def submit_confirmation(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Queue the messages that were shown, and none that is newer."""
        form = payloads.submitted_form_of(body)

        async def start_sending(context: RequestContext) -> None:
            failed = await self._failed(context, form.metadata_number("newest"))
            await ack(response_action="update", view=views.progress(0, 0, context.language))
            modal = ProgressModal(client, form.view_id)
            sending = self._send(context, client, failed, modal)
            stopped_text = unexpected_errors.stopped_resend_text
            self._dependencies.run_in_background(
                finish_in_modal(sending, modal, context.language, stopped_text)
            )

        await self._principals.serve(payloads.sender_of(body), refuse_at_fields(ack), start_sending)

    async def _failed(self, context: RequestContext, up_to: int | None = None) -> FailedMessages:
        return await self._store.read(
            lambda tx: bulk_resend.failed_messages(tx, context.principal, up_to)
        )

    async def _send(
        self,
        context: RequestContext,
        client: AsyncWebClient,
        failed: FailedMessages,
        modal: ProgressModal,
    ) -> None:
        report, problem, language = ResendReport(), "", context.language
        try:
            for batch in bulk_resend.in_batches(failed.ids):
                operation = _sending(context.principal, batch, self._clock())
                report += await self._store.write(operation)
                self._dependencies.wake_delivery_worker()
                view = views.progress(report.done, len(failed.ids), language)
                await modal.show_progress(view)
        except RuleError as refusal:
            problem = refusal_text(refusal, language)
        names = await self._store.read(lambda tx: _names(tx, report.expired, language))
        await modal.show(views.finished(report, names, language, problem))
        self._home.refresh(client, context.member_key)


def _sending(
    principal: Principal, ids: Sequence[int], now: datetime
) -> Callable[[Connection], ResendReport]:
    return lambda tx: bulk_resend.send_again(tx, principal, ids, now)


def _names(tx: Connection, user_ids: tuple[int, ...], language: str) -> tuple[str, ...]:
    return tuple(full_name(user, language) for user in users.find_all(tx, user_ids))
