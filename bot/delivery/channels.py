"""Posts or updates the message of a delivery (an outbox row) in Slack, or sends it by e-mail."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.delivery.context import DeliveryContext
from bot.mail.letter import Letter
from bot.mail.smtp import Mailer
from bot.slack.client import MAX_CLOCK_SKEW, SlackSender
from bot.slack.errors import SlackRefused, SlackUnusable
from core.accounts import slack_members
from core.deliveries.rules import Delivery, FailureReason, Lane, PostedMessage
from core.deliveries.settlement import SendResult
from core.errors import MemberRefusedError, NothingToSendError
from core.members.rules import Member, MemberKey, is_stale, require_eligible
from core.store.outages import error_name
from core.store.store import Store
from core.users.rules import User
from handlers.ui.messages import SlackMessage

log = structlog.get_logger()

Sender = Callable[[DeliveryContext], Awaitable[SendResult]]


class Channels:
    """Sends a message through Slack or by e-mail; each method returns what to record of it."""

    def __init__(
        self, store: Store, slack: SlackSender, mailer: Mailer, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._slack = slack
        self._mailer = mailer
        self._clock = clock

    async def post(self, delivery: Delivery, channel: str, message: SlackMessage) -> SendResult:
        """Post once: if an earlier attempt may have posted, search for its message first."""
        posted = None
        if delivery.outcome_unknown:
            since = delivery.may_be_sent_since(self._clock()) - MAX_CLOCK_SKEW
            posted = await self._slack.find(channel, delivery.key, since)
        if posted is None:
            posted = await self._slack.post(channel, message.text, message.blocks, delivery.key)
        return SendResult(posted=replace(posted, to=channel))

    async def dm(
        self, context: DeliveryContext, member: MemberKey, message: SlackMessage
    ) -> SendResult:
        """Post to the member, if they are still eligible to be a user.

        Raises:
            MemberRefusedError: they are deactivated, a guest, a bot or of another workspace (D21).
        """
        # Slack accepts DMs to deactivated members and guests, so check the member first.
        known = context.members.get(member)
        if known is None or is_stale(known, self._clock()):
            known = await self._fetched(member)
        require_eligible(known, member.team_id)
        result = await self.post(context.delivery, member.member_id, message)
        # Of many first messages, most would wait for the limit of this method, which is lower.
        if known.tz is None and self._slack.may_ask_for_a_member():
            await self._learn_time_zone(member)
        return result

    async def _fetched(self, member: MemberKey) -> Member:
        fresh = await self._slack.member(member, self._clock())
        return await self._store.write(lambda tx: slack_members.save_fetched(tx, fresh))

    async def _learn_time_zone(self, member: MemberKey) -> None:
        """Ask Slack for the time zone, which is stored only of users: this one was just linked."""
        try:
            await self._fetched(member)
        except Exception as error:  # noqa: BLE001 - the message is sent, whatever happens now
            # The comparison of all members each night learns the zone too.
            log.info("time_zone_not_learned", error=error_name(error))

    async def dm_or_mail(
        self, context: DeliveryContext, user: User, message: SlackMessage, letter: Letter
    ) -> SendResult:
        """Send a DM to a user who is linked to an eligible Slack member; otherwise send the letter.

        The letter is also sent if Slack refuses the DM for good, or refuses the app: what can go
        by mail goes by mail. Where the letter is a delivery of its own (R32, D19), this one is the
        DM alone, and is of no use if Slack refuses it for good.

        Raises:
            NothingToSendError: no DM is possible, and the letter is a delivery of its own.
            SlackUnusable: Slack refuses the app, and the letter is a delivery of its own.
        """
        if context.delivery.lane == Lane.MAIL:
            return await self.mail(context.delivery, letter)
        unusable: SlackUnusable | None = None
        if user.member is not None:
            try:
                return await self.dm(context, user.member, message)
            except SlackUnusable as fault:
                unusable = fault
            except (MemberRefusedError, SlackRefused):
                pass
        if not context.has_mail_copy:
            return await self.mail(context.delivery, letter)
        raise unusable or NothingToSendError(
            "The e-mail with this content is a delivery of its own."
        )

    async def mail(self, delivery: Delivery, letter: Letter) -> SendResult:
        """Send the letter; each attempt of a delivery has the same Message-ID."""
        return await self.mail_with_key(letter, delivery.key)

    async def mail_with_key(self, letter: Letter, key: str) -> SendResult:
        """Send the letter with the Message-ID of this key."""
        await self._mailer.send(letter, key=key)
        return SendResult()

    async def update(self, posted: PostedMessage, message: SlackMessage) -> SendResult:
        """Replace an earlier message; if that was deleted, do nothing."""
        try:
            await self._slack.update(posted, message.text, message.blocks)
        except SlackRefused as refusal:
            if refusal.reason != FailureReason.SLACK_REFUSED:
                raise
        return SendResult()
