"""One function for each kind of delivery: reads what it needs, says it, and says what to write."""

from sqlalchemy import Connection

from bot.delivery.approvals import Approvals
from bot.delivery.authorities import AuthorityNotifications
from bot.delivery.channels import Channels, Told, Way
from bot.delivery.channels import WorkerParts as WorkerParts
from bot.delivery.context import DeliveryContext, context_of
from bot.delivery.notifications import Notifications
from bot.delivery.reminders import Reminders
from bot.mail import temporary_password as letters
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries.rules import Delivery, DeliveryKind
from core.errors import MemberFault, MemberRefusedError, NothingToSendError
from core.passwords import replacement_mail
from core.passwords import service as passwords
from core.passwords.rules import expires_at
from core.passwords.temporary import make_temporary
from core.policy import UsernameDelivery
from core.users.rows import users
from core.users.rules import User
from core.users.timezones import time_zone_of
from handlers.deliveries import messages


class Dispatch:
    """Says deliveries; knows nothing of leases, attempts and settling."""

    def __init__(self, parts: WorkerParts) -> None:
        self._parts = parts
        self._reach = Channels(parts)
        self._ways: dict[DeliveryKind, Way] = {
            DeliveryKind.USERNAME: self._username,
            DeliveryKind.TEMPORARY_PASSWORD: self._temporary_password,
            DeliveryKind.ONBOARDING: self._onboarding,
            **Notifications(parts, self._reach).ways,
            **Approvals(parts, self._reach).ways,
            **AuthorityNotifications(parts, self._reach).ways,
            **Reminders(parts, self._reach).ways,
        }

    async def send(self, delivery: Delivery) -> Told:
        """Say it; return what is to be written in the transaction that settles it.

        Raises:
            NothingToSendError, MemberRefusedError, SlackRefused, MailRefused: it cannot be said.
            SlackUnreachable, MailUnreachable: not now.
        """
        return await self._ways[delivery.kind](delivery)

    async def _username(self, delivery: Delivery) -> Told:
        subject = await self._present(delivery)
        user = subject.user
        if user.member is None:
            raise MemberRefusedError(MemberFault.UNKNOWN)
        way = self._parts.rulebook.policy.username_delivery
        message = messages.username_dm(user, subject.authority, way)
        posted = await self._reach.dm(delivery, user.member, message)
        now = self._parts.clock()

        def told(tx: Connection) -> None:
            posted(tx)
            if way == UsernameDelivery.BLOCKS:
                users.mark_username_known(tx, user.id, now)

        return told

    async def _onboarding(self, delivery: Delivery) -> Told:
        subject = await self._present(delivery)
        channel = subject.authority.team_channel
        if channel is None:
            raise NothingToSendError("The authority has no team channel.")
        message = messages.onboarding(
            subject.user, subject.authority, subject.by, self._parts.rulebook.catalogue
        )
        return await self._reach.post(delivery, channel, message)

    async def _temporary_password(self, delivery: Delivery) -> Told:
        policy = self._parts.rulebook.policy
        password = make_temporary(policy)
        digest = await self._parts.hashing.hash_of(password)
        made_at = self._parts.clock()

        def give(tx: Connection) -> tuple[User, Authority, str]:
            user = passwords.give_temporary(tx, delivery.user_id, digest, policy, made_at)
            return user, authorities.require(tx, user.authority_id), time_zone_of(tx, user)

        user, authority, tz = await self._parts.store.write(give)
        letter = letters.temporary_password(
            user,
            authority,
            password,
            letters.Until(expires_at(made_at, temporary=True, policy=policy), tz),
            f"{self._parts.public_url}/?lang={user.language}",
        )
        # A letter of its own for each password, also where a process died before it could count an
        # attempt: whoever drops repeated ids would keep the void one.
        await self._parts.mailer.send(letter, key=f"{delivery.key}:{user.password_id}")
        return lambda tx: replacement_mail.resend_if_void(tx, delivery, self._parts.clock())

    async def _present(self, delivery: Delivery) -> DeliveryContext:
        subject = await self._parts.store.read(lambda tx: context_of(tx, delivery))
        if subject is None or subject.user.removed_at is not None:
            raise NothingToSendError("The user is gone.")
        return subject
