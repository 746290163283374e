"""Telling those concerned what was done or asked: users, administrators, the authority itself."""

from bot.delivery.channels import Channels, Told, Way, WorkerParts
from bot.delivery.context import DeliveryContext, context_of
from bot.mail.letter import Letter, mailbox_at, mailbox_of_user
from bot.mail.notice import notice
from core.deliveries.notices import NoticeType
from core.deliveries.rules import Delivery, DeliveryKind
from core.errors import NothingToSendError
from handlers.deliveries import messages, notices
from handlers.deliveries.notices import Notice
from handlers.ui.messages import NotificationText, SlackMessage, as_direct_message


class Notifications:
    """Says the notices (D19), the leaver's note, and what goes to an address of before (D9)."""

    def __init__(self, parts: WorkerParts, reach: Channels) -> None:
        self._parts = parts
        self._reach = reach
        self.ways: dict[DeliveryKind, Way] = {
            DeliveryKind.NOTICE: self._notice,
            DeliveryKind.OLD_ADDRESS: self._old_address,
            DeliveryKind.LEAVING: self._leaving,
            DeliveryKind.IMPORTED: self._imported,
        }

    async def _notice(self, delivery: Delivery) -> Told:
        subject = await self._subject(delivery)
        happened = _happened(delivery, subject)
        catalogue = self._parts.rulebook.catalogue
        if subject.recipient is None:
            said = notices.authority_notice_text(happened, catalogue, subject.language)
            title, language = subject.authority.informal_title, subject.language
            recipient = mailbox_at(title, subject.authority.email)
            return await self._reach.mail(delivery, notice(recipient, language, said))
        user = subject.user
        said = notices.user_notice_text(happened, catalogue)
        letter = self._letter(subject, said)
        return await self._reach.dm_or_mail(delivery, user, as_direct_message(said), letter)

    async def _old_address(self, delivery: Delivery) -> Told:
        subject, to = await self._subject(delivery), str(delivery.details.get("to", ""))
        if not to:
            raise NothingToSendError("The address is forgotten.")
        name, language = subject.user.full_name, subject.user.language
        if "deed" in delivery.details:
            # It is the authority's; the user is whoever changed it.
            name, language = subject.authority.informal_title, subject.language
        said = notices.old_address_text(_happened(delivery, subject), language)
        return await self._reach.mail(delivery, notice(mailbox_at(name, to), language, said))

    async def _leaving(self, delivery: Delivery) -> Told:
        subject = await self._subject(delivery)
        message = messages.user_removed_message(subject.user, subject.authority, subject.language)
        return await self._to_team(delivery, subject, message)

    async def _imported(self, delivery: Delivery) -> Told:
        subject, number = await self._subject(delivery), int(str(delivery.details["number"]))
        message = messages.users_imported_message(
            number, subject.authority, subject.by, subject.language
        )
        return await self._to_team(delivery, subject, message)

    async def _to_team(
        self, delivery: Delivery, subject: DeliveryContext, message: SlackMessage
    ) -> Told:
        channel = subject.authority.team_channel
        if channel is None:
            raise NothingToSendError("The authority has no team channel.")
        return await self._reach.post(delivery, channel, message)

    def _letter(self, subject: DeliveryContext, said: NotificationText) -> Letter:
        user = subject.user
        link = f"{self._parts.public_url}/?lang={user.language}"
        return notice(mailbox_of_user(user), user.language, said, link)

    async def _subject(self, delivery: Delivery) -> DeliveryContext:
        subject = await self._parts.store.read(lambda tx: context_of(tx, delivery))
        if subject is None:
            raise NothingToSendError("The user is gone.")
        return subject


def _happened(delivery: Delivery, subject: DeliveryContext) -> Notice:
    what = NoticeType(str(delivery.details.get("what", NoticeType.DETAILS_CHANGED)))
    return Notice(what, subject.user, subject.authority, subject.by, delivery.details)
