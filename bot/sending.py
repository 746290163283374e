"""One function for each kind of delivery: reads what it needs, says it, and says what to write."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from bot.letters import passwords as letters
from bot.mail import Mailer
from bot.slack import SlackSender
from core.authorities import service as authorities
from core.authorities.rules import Authority
from core.deliveries.rules import LEASE, Delivery, Kind, Reason
from core.errors import MemberFault, MemberRefusedError, NothingToSendError
from core.members import rows as members
from core.members.rules import MemberKey, is_stale, require_colleague
from core.passwords import service as passwords
from core.passwords.rules import expires_at
from core.passwords.temporary import make_temporary
from core.policy import UsernameDelivery
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store
from core.users import rows as users
from core.users.rules import User
from handlers.deliveries import messages

# Slack's clock and ours may differ by so much.
CLOCKS_APART = timedelta(minutes=5)

Told = Callable[[Connection], None]


class Hashing(Protocol):
    """Makes hashes away from the event loop."""

    async def hash_of(self, password: Secret) -> str:
        """Return a new hash of the password."""
        ...


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What the delivery worker works with."""

    store: Store
    rulebook: Rulebook
    slack: SlackSender
    mailer: Mailer
    hashing: Hashing
    clock: Callable[[], datetime]
    public_url: str


@dataclass(frozen=True, slots=True)
class _Subject:
    user: User
    authority: Authority
    by: User | None


class Sending:
    """Says deliveries; knows nothing of leases, attempts and settling."""

    def __init__(self, parts: WorkerParts) -> None:
        self._parts = parts
        self._ways: dict[Kind, Callable[[Delivery], Awaitable[Told]]] = {
            Kind.USERNAME: self._username,
            Kind.TEMPORARY_PASSWORD: self._temporary_password,
            Kind.ONBOARDING: self._onboarding,
        }

    async def send(self, delivery: Delivery) -> Told:
        """Say it; return what is to be written in the transaction that settles it.

        Raises:
            NothingToSendError, MemberRefusedError, SlackRefused, MailRefused: it cannot be said.
            SlackUnreachable, MailUnreachable: not now.
        """
        return await self._ways[delivery.kind](delivery)

    async def _username(self, delivery: Delivery) -> Told:
        subject = await self._subject_of(delivery)
        user = subject.user
        if user.member is None:
            raise MemberRefusedError(MemberFault.UNKNOWN)
        await self._require_colleague(user.member)
        way = self._parts.rulebook.policy.username_delivery
        message = messages.username_dm(user, subject.authority, way)
        await self._post(delivery, user.member.member_id, message)
        now = self._parts.clock()

        def told(tx: Connection) -> None:
            if way == UsernameDelivery.BLOCKS:
                users.tell_username(tx, user.id, now)

        return told

    async def _onboarding(self, delivery: Delivery) -> Told:
        subject = await self._subject_of(delivery)
        channel = subject.authority.team_channel
        if channel is None:
            raise NothingToSendError("The authority has no team channel.")
        message = messages.onboarding(
            subject.user, subject.authority, subject.by, self._parts.rulebook.catalogue
        )
        await self._post(delivery, channel, message)
        return _nothing_more

    async def _temporary_password(self, delivery: Delivery) -> Told:
        policy = self._parts.rulebook.policy
        password = make_temporary(policy)
        digest = await self._parts.hashing.hash_of(password)
        made_at = self._parts.clock()

        def give(tx: Connection) -> tuple[User, Authority]:
            user = passwords.give_temporary(tx, delivery.user_id, digest, policy, made_at)
            return user, authorities.find(tx, user.authority_id)

        user, authority = await self._parts.store.write(give)
        letter = letters.temporary_password(
            user,
            authority,
            password,
            expires_at(made_at, temporary=True, policy=policy),
            f"{self._parts.public_url}/?lang={user.language}",
        )
        # A letter of its own each time: whoever drops repeated ids would keep the void password.
        await self._parts.mailer.send(letter, key=f"{delivery.key}:{delivery.attempts}")
        return _nothing_more

    async def _subject_of(self, delivery: Delivery) -> _Subject:
        subject = await self._parts.store.read(lambda tx: _read(tx, delivery))
        if subject is None:
            raise NothingToSendError("The user is gone.")
        return subject

    async def _require_colleague(self, key: MemberKey) -> None:
        # A DM to a deactivated member or a guest succeeds, so Slack itself would not object.
        now = self._parts.clock()
        member = await self._parts.store.read(lambda tx: members.find(tx, key))
        if member is None or is_stale(member, now):
            fresh = member = await self._parts.slack.member(key, now)
            await self._parts.store.write(lambda tx: members.put(tx, fresh))
        require_colleague(member, key.team_id)

    async def _post(self, delivery: Delivery, channel: str, message: messages.Message) -> None:
        slack = self._parts.slack
        if _may_be_there(delivery, self._parts.clock()):
            since = delivery.queued_at - CLOCKS_APART
            if await slack.is_there(channel, delivery.key, since):
                return
        await slack.post(channel, message.text, message.blocks, delivery.key)


def _read(tx: Connection, delivery: Delivery) -> _Subject | None:
    user = users.find(tx, delivery.user_id)
    if user is None or user.removed_at is not None:
        return None
    by = None if delivery.by_user_id is None else users.find(tx, delivery.by_user_id)
    return _Subject(user, authorities.find(tx, delivery.authority_id), by)


def _may_be_there(delivery: Delivery, now: datetime) -> bool:
    # After an answer that did not come, or where an earlier claim may have died after sending.
    unheard = delivery.reason == Reason.SLACK_UNREACHABLE
    return unheard or now - delivery.due_at >= LEASE


def _nothing_more(_: Connection) -> None:
    """Write nothing beyond the settling."""
