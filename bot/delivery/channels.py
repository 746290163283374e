"""How a delivery reaches somebody: a post once, a DM or else a letter, a redrawing."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from bot.mail.letter import Letter
from bot.mail.smtp import Mailer
from bot.slack.client import SlackSender
from bot.slack.errors import SlackRefused
from core.accounts import slack_members
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, FailureReason, PostedMessage
from core.errors import MemberRefusedError
from core.members import rows as members
from core.members.rules import MemberKey, is_stale, require_colleague
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store
from core.users.rules import User
from handlers.deliveries.messages import Message

# Slack's clock and ours may differ by so much.
CLOCKS_APART = timedelta(minutes=5)

Told = Callable[[Connection], None]
Way = Callable[[Delivery], Awaitable[Told]]


class Hashing(Protocol):
    """Makes hashes away from the event loop."""

    async def hash_of(self, password: Secret) -> str:
        """Return a new hash of the password."""
        ...


def unobserved(_kind: DeliveryKind, _outcome: str) -> None:
    """Count nothing."""


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
    commission_channel: str | None = None
    observe: Callable[[DeliveryKind, str], None] = unobserved
    # A number in [0, 1] that takes part of a pause away; another one each time.
    jitter: Callable[[], float] = random.random


class Channels:
    """Says a delivery in Slack or by mail; each method returns what is to be written after it."""

    def __init__(self, parts: WorkerParts) -> None:
        self._parts = parts

    async def post(self, delivery: Delivery, channel: str, message: Message) -> Told:
        """Post once: what an earlier attempt may have posted is looked for first."""
        slack = self._parts.slack
        posted = None
        if delivery.possibly_sent:
            since = delivery.queued_at - CLOCKS_APART
            posted = await slack.find(channel, delivery.key, since)
        if posted is None:
            posted = await slack.post(channel, message.text, message.blocks, delivery.key)
        return _standing_at(delivery, replace(posted, to=channel))

    async def dm(self, delivery: Delivery, member: MemberKey, message: Message) -> Told:
        """Post to the member, who must still be a colleague.

        Raises:
            MemberRefusedError: they are none any more (D21).
        """
        # A DM to a deactivated member or a guest succeeds, so Slack itself would not object.
        now = self._parts.clock()
        known = await self._parts.store.read(lambda tx: members.find(tx, member))
        if known is None or is_stale(known, now):
            fresh = known = await self._parts.slack.member(member, now)
            await self._parts.store.write(lambda tx: slack_members.save_member(tx, fresh))
        require_colleague(known, member.team_id)
        return await self.post(delivery, member.member_id, message)

    async def dm_or_mail(
        self, delivery: Delivery, user: User, message: Message, letter: Letter
    ) -> Told:
        """Post to the user where they are linked to a colleague; else, and only then, by mail.

        Where Slack refuses for good, whatever for, the letter still arrives.
        """
        if user.member is not None:
            with suppress(MemberRefusedError, SlackRefused):
                return await self.dm(delivery, user.member, message)
        return await self.mail(delivery, letter)

    async def mail(self, delivery: Delivery, letter: Letter) -> Told:
        """Send the letter; the same delivery has the same id at each attempt."""
        await self._parts.mailer.send(letter, key=delivery.key)
        return nothing_more

    async def redraw(self, posted: PostedMessage, message: Message) -> Told:
        """Put the message in the place of an earlier one; a deleted one stays deleted."""
        try:
            await self._parts.slack.redraw(posted, message.text, message.blocks)
        except SlackRefused as refusal:
            if refusal.reason != FailureReason.SLACK_REFUSED:
                raise
        return nothing_more


def nothing_more(_: Connection) -> None:
    """Write nothing beyond the settling."""


def _standing_at(delivery: Delivery, posted: PostedMessage) -> Told:
    return lambda tx: deliveries.mark_posted(tx, delivery.id, posted)
