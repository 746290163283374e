"""Sends users reminders of expiring passwords, and administrators notices of problems.

The problems are expired temporary passwords, roles with too few holders, and messages that could
not be delivered.
"""

from sqlalchemy import Connection

from bot.delivery.channels import AfterSend, Channels, Sender
from bot.delivery.context import DeliveryContext, context_of
from bot.delivery.dependencies import DeliveryDependencies
from bot.mail.letter import user_mailbox
from bot.mail.notice import notice_letter
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState
from core.errors import NothingToSendError
from core.role_keys import RoleKey
from core.users.rules import User
from core.users.timezones import time_zone_of
from handlers.deliveries import failure_messages
from handlers.reminders import messages as password_messages
from handlers.ui.messages import NotificationText, SlackMessage
from handlers.warnings import messages as warnings


class Reminders:
    """Sends password reminders (D6), and notices of problems to administrators (D4, R39, R62)."""

    def __init__(self, dependencies: DeliveryDependencies, channels: Channels) -> None:
        self._store = dependencies.store
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._public_url = dependencies.public_url
        self._channels = channels
        self.senders: dict[DeliveryKind, Sender] = {
            DeliveryKind.REMINDER: self._send_reminder,
            DeliveryKind.LAPSED: self._send_lapsed_password,
            DeliveryKind.WARNING: self._send_warning,
            DeliveryKind.UNDELIVERED: self._send_failed_delivery,
        }

    async def _send_reminder(self, delivery: Delivery) -> AfterSend:
        context, tz = await self._require_same_password(delivery)
        user = context.user
        expires_at = user.status.expires_at
        if expires_at is None or user.status.temporary or user.status.blocked_at is not None:
            raise NothingToSendError("There is no password of theirs to remind of.")
        text = password_messages.reminder_text(user, expires_at, tz, self._clock())
        url = f"{self._public_url}/?lang={user.language}"
        message = password_messages.reminder_message(text, user.language, url)
        letter = notice_letter(user_mailbox(user), user.language, text, link=url)
        return await self._channels.dm_or_mail(delivery, user, message, letter)

    async def _send_lapsed_password(self, delivery: Delivery) -> AfterSend:
        context, _ = await self._require_same_password(delivery)
        recipient = _require_administrator(context)
        text = password_messages.lapsed_password_text(context.user, recipient.language)
        message = password_messages.lapsed_password_message(text, context.user, recipient.language)
        return await self._send(delivery, recipient, text, message)

    async def _send_warning(self, delivery: Delivery) -> AfterSend:
        context = await self._store.read(lambda tx: context_of(tx, delivery))
        recipient = _require_administrator(context)
        code, catalogue = str(delivery.details["role"]), self._rulebook.catalogue
        role = RoleKey.parse(code) if code else None
        text = warnings.warning_text(role, catalogue, recipient.language)
        message = warnings.warning_message(text, role, recipient.language)
        return await self._send(delivery, recipient, text, message)

    async def _send_failed_delivery(self, delivery: Delivery) -> AfterSend:
        number = int(str(delivery.details.get("delivery", 0)))

        def read(tx: Connection) -> tuple[DeliveryContext | None, Delivery | None]:
            return context_of(tx, delivery), deliveries.find(tx, number)

        context, failed = await self._store.read(read)
        recipient = _require_administrator(context)
        language = recipient.language
        if failed is None:
            text = failure_messages.many_undelivered_text(language)
        elif failed.state != DeliveryState.FAILED or context is None:
            raise NothingToSendError("It was said after all.")
        else:
            text = failure_messages.undelivered_text(failed, context.user, language)
        message = failure_messages.undelivered_message(text, failed, language)
        return await self._send(delivery, recipient, text, message)

    async def _send(
        self, delivery: Delivery, recipient: User, text: NotificationText, message: SlackMessage
    ) -> AfterSend:
        letter = notice_letter(user_mailbox(recipient), recipient.language, text)
        return await self._channels.dm_or_mail(delivery, recipient, message, letter)

    async def _require_same_password(self, delivery: Delivery) -> tuple[DeliveryContext, str]:
        """Return the context and the user's time zone, if the password is still the same one."""

        def read(tx: Connection) -> tuple[DeliveryContext | None, str]:
            context = context_of(tx, delivery)
            return context, "UTC" if context is None else time_zone_of(tx, context.user)

        context, tz = await self._store.read(read)
        password_id = int(delivery.event.partition(":")[0])
        if context is None or context.user.removed_at is not None:
            raise NothingToSendError("The user is gone.")
        if context.user.password_id != password_id:
            raise NothingToSendError("The password is another one by now.")
        return context, tz


def _require_administrator(context: DeliveryContext | None) -> User:
    """Return the recipient, who still is an administrator."""
    recipient = None if context is None else context.recipient
    if recipient is None or recipient.removed_at is not None or not recipient.administrator:
        raise NothingToSendError("They administer nothing any more.")
    return recipient
