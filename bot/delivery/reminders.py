"""Saying what nobody asked for: reminders, lapses, what is lacking, what was not delivered."""

from sqlalchemy import Connection

from bot.delivery.channels import Channels, Told, Way, WorkerParts
from bot.delivery.context import DeliveryContext, context_of
from bot.mail.letter import mailbox_of_user
from bot.mail.notice import notice
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState
from core.errors import NothingToSendError
from core.role_keys import RoleKey
from core.users.rules import User
from core.users.timezones import time_zone_of
from handlers.deliveries import undelivered
from handlers.deliveries.messages import Message
from handlers.deliveries.notices import Said
from handlers.reminders import messages as words
from handlers.warnings import messages as lacks


class Reminders:
    """Says that a password expires (D6) or lapsed (D4), what an authority lacks (R39, R62)."""

    def __init__(self, parts: WorkerParts, reach: Channels) -> None:
        self._parts = parts
        self._reach = reach
        self.ways: dict[DeliveryKind, Way] = {
            DeliveryKind.REMINDER: self._reminder,
            DeliveryKind.LAPSED: self._lapsed,
            DeliveryKind.WARNING: self._warning,
            DeliveryKind.UNDELIVERED: self._undelivered,
        }

    async def _reminder(self, delivery: Delivery) -> Told:
        subject, tz = await self._subject(delivery)
        user = subject.user
        expires_at = user.status.expires_at
        if expires_at is None or user.status.temporary or user.status.blocked_at is not None:
            raise NothingToSendError("There is no password of theirs to remind of.")
        said = words.reminder_words(user, expires_at, tz, self._parts.clock())
        url = f"{self._parts.public_url}/?lang={user.language}"
        message = words.reminder_message(said, user.language, url)
        letter = notice(mailbox_of_user(user), user.language, said, link=url)
        return await self._reach.dm_or_mail(delivery, user, message, letter)

    async def _lapsed(self, delivery: Delivery) -> Told:
        subject, _ = await self._subject(delivery)
        one = _reader(subject)
        said = words.lapsed_words(subject.user, one.language)
        message = words.lapsed_message(said, subject.user, one.language)
        return await self._tell(delivery, one, said, message)

    async def _warning(self, delivery: Delivery) -> Told:
        one = _reader(await self._parts.store.read(lambda tx: context_of(tx, delivery)))
        code, catalogue = str(delivery.details["role"]), self._parts.rulebook.catalogue
        role = RoleKey.parse(code) if code else None
        said = lacks.warning_words(role, catalogue, one.language)
        message = lacks.warning_message(said, role, one.language)
        return await self._tell(delivery, one, said, message)

    async def _undelivered(self, delivery: Delivery) -> Told:
        number = int(str(delivery.details.get("delivery", 0)))

        def look(tx: Connection) -> tuple[DeliveryContext | None, Delivery | None]:
            return context_of(tx, delivery), deliveries.find(tx, number)

        subject, failed = await self._parts.store.read(look)
        one = _reader(subject)
        if failed is None:
            said = undelivered.many_undelivered_words(one.language)
        elif failed.state != DeliveryState.FAILED or subject is None:
            raise NothingToSendError("It was said after all.")
        else:
            said = undelivered.undelivered_words(failed, subject.user, one.language)
        message = undelivered.undelivered_message(said, failed, one.language)
        return await self._tell(delivery, one, said, message)

    async def _tell(self, delivery: Delivery, one: User, said: Said, message: Message) -> Told:
        letter = notice(mailbox_of_user(one), one.language, said)
        return await self._reach.dm_or_mail(delivery, one, message, letter)

    async def _subject(self, delivery: Delivery) -> tuple[DeliveryContext, str]:
        """Return the user with the very password that the delivery is about."""

        def look(tx: Connection) -> tuple[DeliveryContext | None, str]:
            subject = context_of(tx, delivery)
            return subject, "UTC" if subject is None else time_zone_of(tx, subject.user)

        subject, tz = await self._parts.store.read(look)
        password_id = int(delivery.event.partition(":")[0])
        if subject is None or subject.user.removed_at is not None:
            raise NothingToSendError("The user is gone.")
        if subject.user.password_id != password_id:
            raise NothingToSendError("The password is another one by now.")
        return subject, tz


def _reader(subject: DeliveryContext | None) -> User:
    """Return who is to hear of it."""
    one = None if subject is None else subject.recipient
    if one is None or one.removed_at is not None or not one.administrator:
        raise NothingToSendError("They administer nothing any more.")
    return one
