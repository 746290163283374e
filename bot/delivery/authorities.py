"""Telling of authorities: what was done to them, titles to translate, is the data still right."""

from sqlalchemy import Connection

from bot.delivery.channels import Channels, Told, Way, WorkerParts, nothing_more
from bot.delivery.context import DeliveryContext, context_of
from bot.mail.letter import mailbox_at, mailbox_of_user
from bot.mail.notice import notice
from bot.slack.errors import SlackUnreachable
from core.administration import title_tasks
from core.administration.notices import AuthorityEvent
from core.authorities.titles import TitleTask
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState
from core.errors import NothingToSendError
from handlers.authorities import messages
from handlers.authorities.messages import Done


class AuthorityNotifications:
    """Says the notices to authorities (D19), and the Commission's tasks (D17)."""

    def __init__(self, parts: WorkerParts, reach: Channels) -> None:
        self._parts = parts
        self._reach = reach
        self.ways: dict[DeliveryKind, Way] = {
            DeliveryKind.AUTHORITY_NOTICE: self._notice,
            DeliveryKind.TITLE_TASK: self._title,
            DeliveryKind.TITLE_TASK_CLOSED: self._title_closed,
            DeliveryKind.STILL_RIGHT: self._still_right,
        }

    async def _notice(self, delivery: Delivery) -> Told:
        subject = await self._subject(delivery)
        deed = AuthorityEvent(str(delivery.details["deed"]))
        done = Done(deed, subject.authority, subject.by, delivery.details)
        catalogue, one = self._parts.rulebook.catalogue, subject.recipient
        if one is None:
            words = messages.notice_words(done, catalogue, subject.language)
            authority = subject.authority
            recipient = mailbox_at(authority.informal_title, authority.email)
            return await self._reach.mail(delivery, notice(recipient, subject.language, words))
        words = messages.notice_words(done, catalogue, one.language)
        message = messages.notice_message(done, catalogue, one.language)
        letter = notice(mailbox_of_user(one), one.language, words)
        return await self._reach.dm_or_mail(delivery, one, message, letter)

    async def _still_right(self, delivery: Delivery) -> Told:
        subject = await self._subject(delivery)
        one = subject.user
        if one.removed_at is not None:
            raise NothingToSendError("The administrator is gone.")
        words = messages.still_right_words(subject.authority, one.language)
        message = messages.still_right_message(subject.authority, one.language)
        letter = notice(mailbox_of_user(one), one.language, words)
        return await self._reach.dm_or_mail(delivery, one, message, letter)

    async def _title(self, delivery: Delivery) -> Told:
        channel = self._parts.commission_channel
        if channel is None:
            raise NothingToSendError("IMI_COMMISSION_CHANNEL is not set.")
        subject, task = await self._subject(delivery), await self._task(delivery)
        message = messages.title_redrawn(task, subject.authority, subject.user)
        return await self._reach.post(delivery, channel, message)

    async def _title_closed(self, delivery: Delivery) -> Told:
        subject, task = await self._subject(delivery), await self._task(delivery)
        message = messages.title_redrawn(task, subject.authority, subject.user)
        twins = await self._parts.store.read(
            lambda tx: deliveries.about_event(
                tx, DeliveryKind.TITLE_TASK, delivery.user_id, delivery.event
            )
        )
        for twin in twins:
            if twin.posted is not None:
                return await self._reach.redraw(twin.posted, message)
            if twin.state == DeliveryState.WAITING:
                # It may be on its way this moment; it will be redrawn after that.
                raise SlackUnreachable("not_posted_yet")
        return nothing_more

    async def _task(self, delivery: Delivery) -> TitleTask:
        number = int(str(delivery.details["task"]))

        def look(tx: Connection) -> TitleTask | None:
            return title_tasks.find(tx, number)

        task = await self._parts.store.read(look)
        if task is None:
            raise NothingToSendError("No such task.")
        return task

    async def _subject(self, delivery: Delivery) -> DeliveryContext:
        subject = await self._parts.store.read(lambda tx: context_of(tx, delivery))
        if subject is None:
            raise NothingToSendError("Nobody to tell.")
        return subject
