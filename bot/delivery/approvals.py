"""Sends administrators messages to act on: requests, questions about leavers, and reports.

Requests are for a password reset or for other help. A report is a user's message that a detail is
wrong. When one administrator has answered a question, the messages to the others are updated.
"""

from bot.delivery.channels import Channels, Sender
from bot.delivery.context import DeliveryContext
from bot.mail.letter import user_mailbox
from bot.mail.notice import notice_letter
from bot.slack.errors import SlackUnreachable
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, PostedMessage
from core.deliveries.settlement import SendResult
from core.errors import MemberFault, NothingToSendError
from core.languages.names import full_name
from core.leavers import rows as leavers
from core.members.rules import is_eligible
from core.resets import rows as requests
from core.resets.rules import ResetRequest, ResetRequestState
from core.store.store import Store
from core.users.rules import User
from handlers.help import messages as help_messages
from handlers.me import messages as me
from handlers.removals import messages as leaving
from handlers.resets import messages as resets
from handlers.ui.messages import NotificationText, SlackMessage, as_direct_message, without_details


class Approvals:
    """Sends questions about reset requests, leavers and reports to administrators (D11, D14)."""

    def __init__(self, store: Store, channels: Channels) -> None:
        self._store = store
        self._channels = channels
        self.senders: dict[DeliveryKind, Sender] = {
            DeliveryKind.REQUEST: self._send_request,
            DeliveryKind.REQUEST_CLOSED: self._update_request,
            DeliveryKind.LEAVER: self._send_leaver,
            DeliveryKind.LEAVER_CLOSED: self._update_leaver,
            DeliveryKind.REPORT: self._send_report,
            DeliveryKind.HELP_REQUEST: self._send_help_request,
        }

    async def _send_request(self, context: DeliveryContext) -> SendResult:
        delivery, recipient = context.delivery, context.require_administrator()
        request = await self._require_request(delivery)
        if request.state != ResetRequestState.OPEN:
            raise NothingToSendError("The request is closed.")
        language, last = recipient.language, "last" in delivery.details
        message = resets.request_message(request, context.user, language, last=last)
        text = resets.request_text(request, context.user, language, last=last)
        return await self._send_question(context, recipient, message, text)

    async def _update_request(self, context: DeliveryContext) -> SendResult:
        delivery, recipient = context.delivery, _require_recipient(context)
        request = await self._require_request(delivery)
        message = resets.closed_request_message(
            request, context.user, context.by, recipient.language
        )
        return await self._update(context, DeliveryKind.REQUEST, recipient, message)

    async def _send_leaver(self, context: DeliveryContext) -> SendResult:
        delivery, recipient = context.delivery, context.require_administrator()
        language, fault = recipient.language, _fault_in(delivery)
        if "many" in delivery.details:
            message, text = leaving.leavers_message(language), leaving.leavers_text(language)
            return await self._send_question(context, recipient, message, text)
        await self._require_open_question(delivery)
        message = leaving.leaver_message(context.user, fault, language)
        text = leaving.leaver_text(full_name(context.user, language), fault, language)
        return await self._send_question(context, recipient, message, text)

    async def _update_leaver(self, context: DeliveryContext) -> SendResult:
        delivery, recipient = context.delivery, _require_recipient(context)
        message = leaving.leaver_closed_message(
            context.user, _fault_in(delivery), context.by, recipient.language
        )
        return await self._update(context, DeliveryKind.LEAVER, recipient, message)

    async def _send_report(self, context: DeliveryContext) -> SendResult:
        delivery, recipient = context.delivery, context.require_administrator()
        report, language = str(delivery.details.get("text", "")), recipient.language
        message = me.report_message(context.user, report, language)
        text = me.report_text(context.user, report, language)
        return await self._send_question(context, recipient, message, text)

    async def _send_help_request(self, context: DeliveryContext) -> SendResult:
        recipient, topic = context.require_administrator(), str(context.delivery.details["topic"])
        text = help_messages.help_request_text(context.user, topic, recipient.language)
        message = as_direct_message(text)
        return await self._send_question(context, recipient, message, text)

    async def _require_open_question(self, delivery: Delivery) -> None:
        leaver = await self._store.read(lambda tx: leavers.find(tx, delivery.user_id))
        if leaver is None or leaver.event != delivery.event:
            raise NothingToSendError("The question has been answered.")

    async def _send_question(
        self,
        context: DeliveryContext,
        recipient: User,
        message: SlackMessage,
        text: NotificationText,
    ) -> SendResult:
        letter = notice_letter(user_mailbox(recipient), recipient.language, text)
        return await self._channels.dm_or_mail(context, recipient, message, letter)

    async def _update(
        self,
        context: DeliveryContext,
        question: DeliveryKind,
        recipient: User,
        message: SlackMessage,
    ) -> SendResult:
        """Update the question that this recipient was sent; a mail stays as it was sent.

        A reader who may not know the details any more sees only that the question is closed.
        """
        delivery = context.delivery
        sent = await self._store.read(
            lambda tx: deliveries.about_event(tx, question, delivery.user_id, delivery.event)
        )
        own_copies = [copy for copy in sent if copy.recipient_id == delivery.recipient_id]
        original = own_copies[0] if own_copies else None
        if original is not None and original.posted is not None:
            may_read = _may_read_details(context, recipient, original.posted)
            closed = message if may_read else without_details(message)
            return await self._channels.update(original.posted, closed)
        if original is not None and original.state == DeliveryState.WAITING:
            # The question may be on its way at this moment. Retry: by then it has been posted, or
            # was not sent because the request is closed.
            raise SlackUnreachable("not_posted_yet")
        return SendResult()

    async def _require_request(self, delivery: Delivery) -> ResetRequest:
        number = int(str(delivery.details.get("request", 0)))
        request = await self._store.read(lambda tx: requests.find(tx, number))
        if request is None:
            raise NothingToSendError("No such request.")
        return request


def _may_read_details(context: DeliveryContext, recipient: User, posted: PostedMessage) -> bool:
    """Return whether the message's reader is the recipient, who still is an administrator."""
    key = recipient.member
    if recipient.removed_at is not None or not recipient.administrator or key is None:
        return False
    known = context.members.get(key)
    return (
        known is not None and is_eligible(known, key.team_id) and posted.to in {"", key.member_id}
    )


def _require_recipient(context: DeliveryContext) -> User:
    """Return the recipient, whether or not they still are an administrator."""
    if context.recipient is None:
        raise NothingToSendError("The delivery has no recipient.")
    return context.recipient


def _fault_in(delivery: Delivery) -> MemberFault:
    return MemberFault(str(delivery.details.get("fault", MemberFault.DEACTIVATED)))
