"""What administrators are asked, and the redrawing of each copy once one of them has answered."""

from bot.delivery.channels import Channels, Told, Way, WorkerParts, nothing_more
from bot.delivery.context import DeliveryContext, context_of
from bot.mail.letter import mailbox_of_user
from bot.mail.notice import notice
from bot.slack.errors import SlackUnreachable
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, PostedMessage
from core.errors import MemberFault, NothingToSendError
from core.leavers import rows as leavers
from core.members import rows as members
from core.members.rules import is_colleague
from core.resets import rows as requests
from core.resets.rules import ResetRequest, ResetRequestState
from core.users.rules import User
from handlers.deliveries.messages import Message, without_details
from handlers.deliveries.notices import Said
from handlers.me import messages as me
from handlers.removals import messages as leaving
from handlers.resets import messages as resets


class Approvals:
    """Says what an administrator has to decide (D11, D14)."""

    def __init__(self, parts: WorkerParts, reach: Channels) -> None:
        self._parts = parts
        self._reach = reach
        self.ways: dict[DeliveryKind, Way] = {
            DeliveryKind.REQUEST: self._request,
            DeliveryKind.REQUEST_CLOSED: self._request_closed,
            DeliveryKind.LEAVER: self._leaver,
            DeliveryKind.LEAVER_CLOSED: self._leaver_closed,
            DeliveryKind.REPORT: self._report,
        }

    async def _request(self, delivery: Delivery) -> Told:
        subject, recipient = await self._subject(delivery)
        request = await self._request_of(delivery)
        if request.state != ResetRequestState.OPEN:
            raise NothingToSendError("The request is closed.")
        message = resets.request_message(request, subject.user, recipient.language)
        words = resets.request_words(request, subject.user, recipient.language)
        return await self._ask(delivery, recipient, message, words)

    async def _request_closed(self, delivery: Delivery) -> Told:
        subject, recipient = await self._asked(delivery)
        request = await self._request_of(delivery)
        message = resets.closed_message(request, subject.user, subject.by, recipient.language)
        return await self._redraw(delivery, DeliveryKind.REQUEST, recipient, message)

    async def _leaver(self, delivery: Delivery) -> Told:
        subject, recipient = await self._subject(delivery)
        language, fault = recipient.language, _fault_in(delivery)
        if "many" in delivery.details:
            many = leaving.leavers_message(language)
            return await self._ask(delivery, recipient, many, leaving.leavers_words(language))
        await self._require_open(delivery)
        message = leaving.leaver_message(subject.user, fault, language)
        words = leaving.asking_words(subject.user.full_name, fault, language)
        return await self._ask(delivery, recipient, message, words)

    async def _leaver_closed(self, delivery: Delivery) -> Told:
        subject, recipient = await self._asked(delivery)
        message = leaving.leaver_closed_message(
            subject.user, _fault_in(delivery), subject.by, recipient.language
        )
        return await self._redraw(delivery, DeliveryKind.LEAVER, recipient, message)

    async def _report(self, delivery: Delivery) -> Told:
        subject, recipient = await self._subject(delivery)
        text, language = str(delivery.details.get("text", "")), recipient.language
        message = me.report_message(subject.user, text, language)
        words = me.report_words(subject.user, text, language)
        return await self._ask(delivery, recipient, message, words)

    async def _require_open(self, delivery: Delivery) -> None:
        leaver = await self._parts.store.read(lambda tx: leavers.find(tx, delivery.user_id))
        if leaver is None or leaver.event != delivery.event:
            raise NothingToSendError("It is answered.")

    async def _ask(
        self, delivery: Delivery, recipient: User, message: Message, words: Said
    ) -> Told:
        letter = notice(mailbox_of_user(recipient), recipient.language, words)
        return await self._reach.dm_or_mail(delivery, recipient, message, letter)

    async def _redraw(
        self, delivery: Delivery, asked_by: DeliveryKind, recipient: User, message: Message
    ) -> Told:
        """Redraw what the twin of this delivery posted; a mail stays as it was sent.

        Whoever sees it there and may not know more hears only that it is closed.
        """
        twins = await self._parts.store.read(
            lambda tx: deliveries.about_event(tx, asked_by, delivery.user_id, delivery.event)
        )
        twin = next((one for one in twins if one.recipient_id == delivery.recipient_id), None)
        if twin is not None and twin.posted is not None:
            is_theirs = await self._is_theirs(recipient, twin.posted)
            shown = message if is_theirs else without_details(message)
            return await self._reach.redraw(twin.posted, shown)
        if twin is not None and twin.state == DeliveryState.WAITING:
            # It may be on its way this moment; it will find the request closed, or be redrawn.
            raise SlackUnreachable("not_posted_yet")
        return nothing_more

    async def _is_theirs(self, recipient: User, posted: PostedMessage) -> bool:
        """Say whether the message stands before an administrator who may still know of it."""
        key = recipient.member
        if recipient.removed_at is not None or not recipient.administrator or key is None:
            return False
        known = await self._parts.store.read(lambda tx: members.find(tx, key))
        return (
            known is not None
            and is_colleague(known, key.team_id)
            and posted.to in {"", key.member_id}
        )

    async def _subject(self, delivery: Delivery) -> tuple[DeliveryContext, User]:
        """Return what it is about, and the administrator who is asked."""
        subject, recipient = await self._asked(delivery)
        if recipient.removed_at is not None or not recipient.administrator:
            raise NothingToSendError("They administer nothing any more.")
        return subject, recipient

    async def _asked(self, delivery: Delivery) -> tuple[DeliveryContext, User]:
        """Return what it is about, and whoever was to be asked, an administrator still or not."""
        subject = await self._parts.store.read(lambda tx: context_of(tx, delivery))
        recipient = None if subject is None else subject.recipient
        if subject is None or recipient is None:
            raise NothingToSendError("Nobody to tell.")
        return subject, recipient

    async def _request_of(self, delivery: Delivery) -> ResetRequest:
        number = int(str(delivery.details.get("request", 0)))
        request = await self._parts.store.read(lambda tx: requests.find(tx, number))
        if request is None:
            raise NothingToSendError("No such request.")
        return request


def _fault_in(delivery: Delivery) -> MemberFault:
    return MemberFault(str(delivery.details.get("fault", MemberFault.DEACTIVATED)))
