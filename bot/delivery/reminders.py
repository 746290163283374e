"""Sends users reminders that their passwords expire."""

from bot.delivery.channels import Channels, Sender
from bot.delivery.context import DeliveryContext
from bot.delivery.dependencies import DeliveryDependencies
from bot.mail.letter import user_mailbox
from bot.mail.notice import notice_letter
from core.deliveries.rules import DeliveryKind
from core.deliveries.settlement import SendResult
from core.errors import NothingToSendError
from handlers.reminders import messages as password_messages
from handlers.ui.portal_button import portal_url


class Reminders:
    """Sends password reminders (D6)."""

    def __init__(self, dependencies: DeliveryDependencies, channels: Channels) -> None:
        self._clock = dependencies.clock
        self._public_url = dependencies.public_url
        self._channels = channels
        self.senders: dict[DeliveryKind, Sender] = {DeliveryKind.REMINDER: self._send_reminder}

    async def _send_reminder(self, context: DeliveryContext) -> SendResult:
        context.require_same_password()
        user, tz = context.user, context.time_zone_of(context.user)
        expires_at = user.status.expires_at
        if expires_at is None or user.status.temporary or user.status.blocked_at is not None:
            raise NothingToSendError("The user has no chosen password that expires.")
        text = password_messages.reminder_text(user, expires_at, tz, self._clock())
        url = portal_url(self._public_url, user)
        message = password_messages.reminder_message(text, user.language, url)
        letter = notice_letter(user_mailbox(user), user.language, text, link=url)
        return await self._channels.dm_or_mail(context, user, message, letter)
