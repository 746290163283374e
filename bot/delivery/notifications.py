"""Sends notices of changes to users, authorities, team channels and previous e-mail addresses.

They report changes to users, imports of users, and changed e-mail addresses of users and
authorities.
"""

from bot.delivery.channels import Channels, Sender
from bot.delivery.context import DeliveryContext
from bot.delivery.dependencies import DeliveryDependencies
from bot.mail.letter import Letter, mailbox, user_mailbox
from bot.mail.notice import notice_letter
from bot.slack.errors import SlackUnreachable
from core.deliveries.notices import NoticeType
from core.deliveries.rows import deliveries
from core.deliveries.rules import EVENT_KEY, NOTICE_TYPE_KEY, DeliveryKind, DeliveryState
from core.deliveries.settlement import SendResult
from core.errors import NothingToSendError
from core.languages.names import full_name
from handlers.deliveries import messages, notices
from handlers.deliveries.notices import NoticeContent
from handlers.ui.messages import NotificationText, SlackMessage
from handlers.ui.portal_button import portal_url


class Notifications:
    """Sends notices (D19), posts in team channels, and mails to a previous address (D9)."""

    def __init__(self, dependencies: DeliveryDependencies, channels: Channels) -> None:
        self._store = dependencies.store
        self._rulebook = dependencies.rulebook
        self._public_url = dependencies.public_url
        self._channels = channels
        self.senders: dict[DeliveryKind, Sender] = {
            DeliveryKind.NOTICE: self._send_notice,
            DeliveryKind.OLD_ADDRESS: self._send_to_old_address,
            DeliveryKind.LEAVING: self._send_leaving,
            DeliveryKind.RETURNED: self._send_returned,
            DeliveryKind.IMPORTED: self._send_imported,
        }

    async def _send_notice(self, context: DeliveryContext) -> SendResult:
        notice = _notice_of(context)
        catalogue = self._rulebook.catalogue
        if context.recipient is None:
            text = notices.authority_notice_text(notice, catalogue, context.language)
            title, language = context.authority.informal_title, context.language
            recipient = mailbox(title, context.authority.email)
            return await self._channels.mail(
                context.delivery, notice_letter(recipient, language, text, to_person=False)
            )
        user = context.user
        text = notices.user_notice_text(notice, catalogue)
        letter = self._letter_to_user(context, text)
        message = notices.user_notice_message(notice, text, portal_url(self._public_url, user))
        return await self._channels.dm_or_mail(context, user, message, letter)

    async def _send_to_old_address(self, context: DeliveryContext) -> SendResult:
        delivery, to = context.delivery, str(context.delivery.details.get("to", ""))
        if not to:
            raise NothingToSendError("The address is forgotten.")
        name, language = full_name(context.user, context.user.language), context.user.language
        is_person = EVENT_KEY not in delivery.details
        if not is_person:
            # The address was the authority's; the user is the one who changed it.
            name, language = context.authority.informal_title, context.language
        text = notices.old_address_text(_notice_of(context), language)
        letter = notice_letter(mailbox(name, to), language, text, to_person=is_person)
        return await self._channels.mail(delivery, letter)

    async def _send_leaving(self, context: DeliveryContext) -> SendResult:
        if context.user.removed_at is None:
            raise NothingToSendError("The user was restored.")
        message = messages.user_removed_message(context.user, context.authority, context.language)
        return await self._post_to_team(context, message)

    async def _send_returned(self, context: DeliveryContext) -> SendResult:
        """Post where the removal was announced; if it was not, there is nothing to say."""
        number = int(str(context.delivery.details["leaving"]))
        leaving = await self._store.read(lambda tx: deliveries.find(tx, number))
        if leaving is not None and leaving.state == DeliveryState.WAITING:
            # It may be on its way at this moment. Retry: by then it was posted, or was not.
            raise SlackUnreachable("not_posted_yet")
        if leaving is None or leaving.posted is None:
            raise NothingToSendError("The removal was not announced.")
        if context.user.removed_at is not None:
            raise NothingToSendError("The user was removed again.")
        message = messages.user_restored_message(context.user, context.authority, context.language)
        channel = leaving.posted.to or leaving.posted.channel
        return await self._channels.post(context.delivery, channel, message)

    async def _send_imported(self, context: DeliveryContext) -> SendResult:
        number = int(str(context.delivery.details["number"]))
        message = messages.users_imported_message(
            number, context.authority, context.by, context.language
        )
        return await self._post_to_team(context, message)

    async def _post_to_team(self, context: DeliveryContext, message: SlackMessage) -> SendResult:
        channel = context.authority.team_channel
        if channel is None:
            raise NothingToSendError("The authority has no team channel.")
        return await self._channels.post(context.delivery, channel, message)

    def _letter_to_user(self, context: DeliveryContext, text: NotificationText) -> Letter:
        user = context.user
        link = portal_url(self._public_url, user)
        return notice_letter(user_mailbox(user), user.language, text, link)


def _notice_of(context: DeliveryContext) -> NoticeContent:
    details = context.delivery.details
    notice_type = NoticeType(str(details.get(NOTICE_TYPE_KEY, NoticeType.DETAILS_CHANGED)))
    return NoticeContent(notice_type, context.user, context.authority, context.by, details)
