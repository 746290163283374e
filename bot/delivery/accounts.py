"""Sends users their usernames and temporary passwords, and posts about new users in team channels.

It also looks up the Slack member of a new user.
"""

from dataclasses import replace

from bot.delivery.channels import Channels, Sender
from bot.delivery.context import DeliveryContext
from bot.delivery.dependencies import DeliveryDependencies
from bot.mail.temporary_password import IssuedPassword, temporary_password_letter
from core.accounts import slack_members
from core.deliveries.rules import DeliveryKind
from core.deliveries.settlement import SendResult
from core.errors import MemberFault, MemberRefusedError, NothingToSendError
from core.passwords import replacement_mail
from core.passwords import service as passwords
from core.passwords.rules import expires_at
from core.passwords.temporary import make_temporary
from core.policy import UsernameDelivery
from core.users.rules import User
from handlers.deliveries import messages
from handlers.ui.portal_button import portal_url


class AccountDeliveries:
    """Sends usernames, temporary passwords and onboarding messages (D4, D10)."""

    def __init__(self, dependencies: DeliveryDependencies, channels: Channels) -> None:
        self._store = dependencies.store
        self._rulebook = dependencies.rulebook
        self._hashing = dependencies.hashing
        self._clock = dependencies.clock
        self._public_url = dependencies.public_url
        self._slack, self._team_id = dependencies.slack, dependencies.team_id
        self._channels = channels
        self.senders: dict[DeliveryKind, Sender] = {
            DeliveryKind.USERNAME: self._send_username,
            DeliveryKind.TEMPORARY_PASSWORD: self._send_temporary_password,
            DeliveryKind.ONBOARDING: self._send_onboarding,
            DeliveryKind.FIND_MEMBER: self._find_member,
        }

    async def _send_username(self, context: DeliveryContext) -> SendResult:
        user = _require_user(context)
        if user.member is None:
            raise MemberRefusedError(MemberFault.UNKNOWN)
        username_delivery = self._rulebook.policy.username_delivery
        message = messages.username_message(
            user, context.authority, username_delivery, portal_url(self._public_url, user)
        )
        sent = await self._channels.dm(context, user.member, message)
        names_username = username_delivery == UsernameDelivery.BLOCKS
        return replace(sent, username_sent_to=user) if names_username else sent

    async def _find_member(self, context: DeliveryContext) -> SendResult:
        """Link the user to the Slack member with their confirmed address, if there is one."""
        user, now = _require_user(context), self._clock()
        if user.member is not None:
            return SendResult()
        member = await self._slack.member_by_email(user.email, self._team_id, now)
        if member is None:
            return SendResult()
        return SendResult(
            after_send=lambda tx: slack_members.link_found_member(tx, member, self._team_id, now)
        )

    async def _send_onboarding(self, context: DeliveryContext) -> SendResult:
        user, channel = _require_user(context), context.authority.team_channel
        if channel is None:
            raise NothingToSendError("The authority has no team channel.")
        message = messages.new_user_message(
            user, context.authority, context.by, self._rulebook.catalogue
        )
        return await self._channels.post(context.delivery, channel, message)

    async def _send_temporary_password(self, context: DeliveryContext) -> SendResult:
        policy, delivery = self._rulebook.policy, context.delivery
        password = make_temporary(policy)
        digest = await self._hashing.hash_of(password)
        made_at = self._clock()

        user, tz = await self._store.write(
            lambda tx: passwords.give_temporary(tx, delivery.user_id, digest, policy, made_at)
        )
        letter = temporary_password_letter(
            user,
            context.authority,
            IssuedPassword(
                password,
                expires_at(made_at, temporary=True, policy=policy),
                tz,
                # A reset, or a message that is sent again, has the next number.
                is_first=delivery.serial == 1,
            ),
            portal_url(self._public_url, user),
        )
        # Each password gets its own Message-ID. With the same one, a mail server that drops
        # duplicates would keep the letter whose password is void, if a process died in between.
        await self._channels.mail_with_key(letter, f"{delivery.key}:{user.password_id}")
        return SendResult(
            after_send=lambda tx: replacement_mail.resend_if_void(tx, delivery, self._clock())
        )


def _require_user(context: DeliveryContext) -> User:
    """Return the user, who is not removed."""
    if context.user.removed_at is not None:
        raise NothingToSendError("The user is gone.")
    return context.user
