"""Sends administrators notices of problems.

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
from core.reminders import expiry_digests
from core.role_keys import RoleKey
from core.users.mail_exposure import with_safe_name
from core.users.rules import User
from handlers.deliveries import failure_messages
from handlers.reminders import expiry_digest
from handlers.reminders import messages as password_messages
from handlers.ui.messages import NotificationText, SlackMessage
from handlers.warnings import messages as warnings


class ProblemNotices:
    """Sends notices of problems to administrators (D4, R39, R62)."""

    def __init__(self, dependencies: DeliveryDependencies, channels: Channels) -> None:
        self._store = dependencies.store
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._channels = channels
        self.senders: dict[DeliveryKind, Sender] = {
            DeliveryKind.EXPIRY_DIGEST: self._send_expiry_digest,
            DeliveryKind.TEMPORARY_EXPIRED: self._send_expired_password,
            DeliveryKind.WARNING: self._send_warning,
            DeliveryKind.UNDELIVERED: self._send_failed_delivery,
        }

    async def _send_expiry_digest(self, context: DeliveryContext) -> SendResult:
        recipient, now = context.require_administrator(), self._clock()
        found = await self._store.read(lambda tx: expiry_digests.expired_users(tx, recipient, now))
        if not found:
            raise NothingToSendError("The passwords have been reset.")
        usernames = {user.username for user in (recipient, *found)}
        expired = [with_safe_name(user, usernames) for user in found]
        language, tz = recipient.language, context.time_zone_of(recipient)
        text = expiry_digest.digest_text(expired, tz, language)
        message = expiry_digest.digest_message(expired, tz, language)
        return await self._send(context, recipient, text, message)

    async def _send_expired_password(self, context: DeliveryContext) -> SendResult:
        context.require_same_password()
        recipient = context.require_administrator()
        text = password_messages.expired_password_text(context.user, recipient.language)
        message = password_messages.expired_password_message(text, context.user, recipient.language)
        return await self._send(context, recipient, text, message)

    async def _send_warning(self, context: DeliveryContext) -> SendResult:
        recipient = context.require_administrator()
        code, catalogue = str(context.delivery.details["role"]), self._rulebook.catalogue
        role = RoleKey.parse(code) if code else None
        text = warnings.warning_text(role, catalogue, recipient.language)
        message = warnings.warning_message(text, role, recipient.language)
        return await self._send(context, recipient, text, message)

    async def _send_failed_delivery(self, context: DeliveryContext) -> SendResult:
        number = int(str(context.delivery.details.get("delivery", 0)))
        failed = await self._store.read(lambda tx: deliveries.find(tx, number))
        recipient = context.require_administrator()
        language = recipient.language
        if failed is None:
            text = failure_messages.many_undelivered_text(language)
        elif failed.state != DeliveryState.FAILED:
            raise NothingToSendError("The failed delivery was sent meanwhile.")
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
