"""Sends the messages about authorities: notices of changes, data reviews, and title tasks.

A data review asks administrators to confirm their authority's data. A title task asks the European
Commission to translate an authority's title.
"""

from sqlalchemy import Connection

from bot.delivery.channels import Channels, Sender
from bot.delivery.context import DeliveryContext
from bot.delivery.dependencies import DeliveryDependencies
from bot.mail.letter import mailbox, user_mailbox
from bot.mail.notice import notice_letter
from bot.slack.errors import SlackUnreachable
from core.administration import title_tasks
from core.administration.notices import AuthorityEvent
from core.authorities.titles import TitleTask
from core.deliveries.authorities_without_administrator import is_without_administrator
from core.deliveries.rows import deliveries
from core.deliveries.rules import EVENT_KEY, DeliveryKind, DeliveryState
from core.deliveries.settlement import SendResult
from core.errors import NothingToSendError
from core.users.rows import users
from core.users.rules import User
from handlers.authorities import administrator_naming_views as naming
from handlers.authorities import messages
from handlers.authorities.messages import AuthorityNoticeContent
from handlers.ui.messages import SlackMessage


class AuthorityNotifications:
    """Sends notices to authorities (D19) and translation tasks to the Commission (D17)."""

    def __init__(self, dependencies: DeliveryDependencies, channels: Channels) -> None:
        self._store = dependencies.store
        self._rulebook = dependencies.rulebook
        self._commission_channel = dependencies.commission_channel
        self._channels = channels
        self.senders: dict[DeliveryKind, Sender] = {
            DeliveryKind.AUTHORITY_NOTICE: self._send_notice,
            DeliveryKind.TITLE_TASK: self._send_title_task,
            DeliveryKind.TITLE_TASK_CLOSED: self._update_title_task,
            DeliveryKind.DATA_REVIEW: self._send_data_review,
            DeliveryKind.NO_ADMINISTRATOR: self._send_without_administrator,
        }

    async def _send_notice(self, context: DeliveryContext) -> SendResult:
        delivery = context.delivery
        event = AuthorityEvent(str(delivery.details[EVENT_KEY]))
        change = AuthorityNoticeContent(event, context.authority, context.by, delivery.details)
        catalogue, recipient = self._rulebook.catalogue, context.recipient
        if recipient is None:
            text = messages.notice_text(change, catalogue, context.language)
            authority = context.authority
            address = mailbox(authority.informal_title, authority.email)
            letter = notice_letter(address, context.language, text, to_person=False)
            return await self._channels.mail(delivery, letter)
        text = messages.notice_text(change, catalogue, recipient.language)
        message = messages.notice_message(change, catalogue, recipient.language)
        letter = notice_letter(user_mailbox(recipient), recipient.language, text)
        return await self._channels.dm_or_mail(context, recipient, message, letter)

    async def _send_data_review(self, context: DeliveryContext) -> SendResult:
        administrator = context.user
        if administrator.removed_at is not None:
            raise NothingToSendError("The administrator is gone.")
        language = administrator.language
        text = messages.data_review_text(context.authority, language)
        message = messages.data_review_message(context.authority, language)
        letter = notice_letter(user_mailbox(administrator), language, text)
        return await self._channels.dm_or_mail(context, administrator, message, letter)

    async def _send_without_administrator(self, context: DeliveryContext) -> SendResult:
        authority_id = context.delivery.authority_id
        if not await self._store.read(lambda tx: is_without_administrator(tx, authority_id)):
            raise NothingToSendError("An administrator can act by now.")
        recipient = context.require_administrator()
        language = recipient.language
        text = naming.without_administrator_text(context.authority, language)
        message = naming.without_administrator_message(context.authority, language)
        letter = notice_letter(user_mailbox(recipient), language, text)
        return await self._channels.dm_or_mail(context, recipient, message, letter)

    async def _send_title_task(self, context: DeliveryContext) -> SendResult:
        channel = self._commission_channel
        if channel is None:
            raise NothingToSendError("IMI_COMMISSION_CHANNEL is not set.")
        message = await self._task_message(context)
        return await self._channels.post(context.delivery, channel, message)

    async def _update_title_task(self, context: DeliveryContext) -> SendResult:
        delivery, message = context.delivery, await self._task_message(context)
        sent = await self._store.read(
            lambda tx: deliveries.about_event(
                tx, DeliveryKind.TITLE_TASK, delivery.user_id, delivery.event
            )
        )
        for original in sent:
            if original.posted is not None:
                return await self._channels.update(original.posted, message)
            if original.state == DeliveryState.WAITING:
                # The task may be on its way at this moment. Retry, and update it then.
                raise SlackUnreachable("not_posted_yet")
        return SendResult()

    async def _task_message(self, context: DeliveryContext) -> SlackMessage:
        number = int(str(context.delivery.details["task"]))

        def find_task(tx: Connection) -> tuple[TitleTask, User, tuple[str, ...]]:
            task = title_tasks.find(tx, number)
            if task is None:
                raise NothingToSendError("No such task.")
            by = users.require(tx, task.opened_by)
            return task, by, title_tasks.left_of(tx, task)

        task, by, left = await self._store.read(find_task)
        if task.withdrawn and context.delivery.kind == DeliveryKind.TITLE_TASK:
            raise NothingToSendError("Nothing is to be translated any more.")
        return messages.title_task_message(task, context.authority, by, left)
