"""Posts or updates the message of a delivery (an outbox row) in Slack, or sends it by e-mail.

The outbox is the table in which messages are queued.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.mail.letter import Letter
from bot.mail.smtp import Mailer
from bot.slack.client import MAX_CLOCK_SKEW, SlackSender
from bot.slack.errors import SlackRefused, SlackUnusable
from core.accounts import slack_members
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, FailureReason, PostedMessage
from core.errors import MemberRefusedError
from core.members import rows as members
from core.members.rules import MemberKey, is_stale, require_eligible
from core.store.store import Store
from core.users.rules import User
from handlers.ui.messages import SlackMessage

# Called in the transaction that records the delivery as sent, to write other results of sending.
AfterSend = Callable[[Connection], None]
Sender = Callable[[Delivery], Awaitable[AfterSend]]


class Channels:
    """Sends a message through Slack or by e-mail; each method returns the `AfterSend`."""

    def __init__(
        self, store: Store, slack: SlackSender, mailer: Mailer, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._slack = slack
        self._mailer = mailer
        self._clock = clock

    async def post(self, delivery: Delivery, channel: str, message: SlackMessage) -> AfterSend:
        """Post once: if an earlier attempt may have posted, search for its message first."""
        posted = None
        if delivery.outcome_unknown:
            since = delivery.may_be_sent_since(self._clock()) - MAX_CLOCK_SKEW
            posted = await self._slack.find(channel, delivery.key, since)
        if posted is None:
            posted = await self._slack.post(channel, message.text, message.blocks, delivery.key)
        return _saving_location(delivery, replace(posted, to=channel))

    async def dm(self, delivery: Delivery, member: MemberKey, message: SlackMessage) -> AfterSend:
        """Post to the member, if they are still eligible to be a user.

        Raises:
            MemberRefusedError: they are deactivated, a guest, a bot or of another workspace (D21).
        """
        # Slack accepts DMs to deactivated members and guests, so check the member first.
        now = self._clock()
        known = await self._store.read(lambda tx: members.find(tx, member))
        if known is None or is_stale(known, now):
            fresh = await self._slack.member(member, now)
            await self._store.write(lambda tx: slack_members.save_member(tx, fresh))
            known = await self._store.read(lambda tx: members.find(tx, member)) or fresh
        require_eligible(known, member.team_id)
        return await self.post(delivery, member.member_id, message)

    async def dm_or_mail(
        self, delivery: Delivery, user: User, message: SlackMessage, letter: Letter
    ) -> AfterSend:
        """Send a DM to a user who is linked to an eligible Slack member; otherwise send the letter.

        The letter is also sent if Slack refuses the DM for good, or refuses the app: what can go
        by mail goes by mail.
        """
        if user.member is not None:
            with suppress(MemberRefusedError, SlackRefused, SlackUnusable):
                return await self.dm(delivery, user.member, message)
        return await self.mail(delivery, letter)

    async def mail(self, delivery: Delivery, letter: Letter) -> AfterSend:
        """Send the letter; each attempt of a delivery has the same Message-ID."""
        return await self.mail_with_key(letter, delivery.key)

    async def mail_with_key(self, letter: Letter, key: str) -> AfterSend:
        """Send the letter with the Message-ID of this key."""
        await self._mailer.send(letter, key=key)
        return write_nothing

    async def update(self, posted: PostedMessage, message: SlackMessage) -> AfterSend:
        """Replace an earlier message; if that was deleted, do nothing."""
        try:
            await self._slack.update(posted, message.text, message.blocks)
        except SlackRefused as refusal:
            if refusal.reason != FailureReason.SLACK_REFUSED:
                raise
        return write_nothing


def write_nothing(_: Connection) -> None:
    """Write nothing beyond the delivery's own state."""


def _saving_location(delivery: Delivery, posted: PostedMessage) -> AfterSend:
    return lambda tx: deliveries.mark_posted(tx, delivery.id, posted)
