"""Sends users reminders of expiring passwords, and administrators notices of problems.

The problems are expired temporary passwords, roles with too few holders, and messages that could
not be delivered.
"""

from bot.delivery.channels import Channels, Sender
from bot.delivery.context import DeliveryContext
from bot.delivery.dependencies import DeliveryDependencies
from bot.mail.letter import user_mailbox
from bot.mail.notice import notice_letter
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, DeliveryState
from core.deliveries.settlement import SendResult
from core.errors import NothingToSendError
from core.reminders import lapse_digests
from core.role_keys import RoleKey
from core.users.rules import User
from handlers.deliveries import failure_messages
from handlers.reminders import lapse_digest
from handlers.reminders import messages as password_messages
from handlers.ui.messages import NotificationText, SlackMessage
from handlers.ui.portal_button import portal_url
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
            DeliveryKind.LAPSE_DIGEST: self._send_lapse_digest,
            DeliveryKind.LAPSED: self._send_lapsed_password,
            DeliveryKind.WARNING: self._send_warning,
            DeliveryKind.UNDELIVERED: self._send_failed_delivery,
        }

    async def _send_reminder(self, context: DeliveryContext) -> SendResult:
        _require_same_password(context)
        user, tz = context.user, context.time_zone_of(context.user)
        expires_at = user.status.expires_at
        if expires_at is None or user.status.temporary or user.status.blocked_at is not None:
            raise NothingToSendError("There is no password of theirs to remind of.")
        text = password_messages.reminder_text(user, expires_at, tz, self._clock())
        url = portal_url(self._public_url, user)
        message = password_messages.reminder_message(text, user.language, url)
        letter = notice_letter(user_mailbox(user), user.language, text, link=url)
        return await self._channels.dm_or_mail(context, user, message, letter)

    async def _send_lapse_digest(self, context: DeliveryContext) -> SendResult:
        recipient, now = _require_administrator(context), self._clock()
        lapsed = await self._store.read(lambda tx: lapse_digests.lapsed_users(tx, recipient, now))
        if not lapsed:
            raise NothingToSendError("The passwords have been reset.")
        language, tz = recipient.language, context.time_zone_of(recipient)
        text = lapse_digest.digest_text(lapsed, tz, language)
        message = lapse_digest.digest_message(lapsed, tz, language)
        return await self._send(context, recipient, text, message)

    async def _send_lapsed_password(self, context: DeliveryContext) -> SendResult:
        _require_same_password(context)
        recipient = _require_administrator(context)
        text = password_messages.lapsed_password_text(context.user, recipient.language)
        message = password_messages.lapsed_password_message(text, context.user, recipient.language)
        return await self._send(context, recipient, text, message)

    async def _send_warning(self, context: DeliveryContext) -> SendResult:
        recipient = _require_administrator(context)
        code, catalogue = str(context.delivery.details["role"]), self._rulebook.catalogue
        role = RoleKey.parse(code) if code else None
        text = warnings.warning_text(role, catalogue, recipient.language)
        message = warnings.warning_message(text, role, recipient.language)
        return await self._send(context, recipient, text, message)

    async def _send_failed_delivery(self, context: DeliveryContext) -> SendResult:
        number = int(str(context.delivery.details.get("delivery", 0)))
        failed = await self._store.read(lambda tx: deliveries.find(tx, number))
        recipient = _require_administrator(context)
        language = recipient.language
        if failed is None:
            text = failure_messages.many_undelivered_text(language)
        elif failed.state != DeliveryState.FAILED:
            raise NothingToSendError("It was said after all.")
        else:
            is_own = recipient.authority_id == context.delivery.authority_id
            title = "" if is_own else context.authority.informal_title
            text = failure_messages.undelivered_text(failed, context.user, language, title)
        message = failure_messages.undelivered_message(text, failed, language)
        return await self._send(context, recipient, text, message)

    async def _send(
        self,
        context: DeliveryContext,
        recipient: User,
        text: NotificationText,
        message: SlackMessage,
    ) -> SendResult:
        letter = notice_letter(user_mailbox(recipient), recipient.language, text)
        return await self._channels.dm_or_mail(context, recipient, message, letter)


def _require_same_password(context: DeliveryContext) -> None:
    """Require that the user has the password still which the message is about."""
    password_id = int(context.delivery.event.partition(":")[0])
    if context.user.removed_at is not None:
        raise NothingToSendError("The user is gone.")
    if context.user.password_id != password_id:
        raise NothingToSendError("The password is another one by now.")


def _require_administrator(context: DeliveryContext) -> User:
    """Return the recipient, who still is an administrator."""
    recipient = context.recipient
    if recipient is None or recipient.removed_at is not None or not recipient.administrator:
        raise NothingToSendError("They administer nothing any more.")
    return recipient
