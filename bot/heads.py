"""The audit trail's head, signed, and posted daily where the database's owner cannot change it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.reach import CLOCKS_APART
from bot.slack import SlackSender
from bot.slack_errors import SlackRefused
from core.audit import head_rows, service
from core.audit.heads import Head
from core.secret import Secret
from core.store.store import Store
from handlers.audit.messages import head_message

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class HeadPosting:
    """Signs the head, and posts it in the channel where one is set."""

    store: Store
    slack: SlackSender
    clock: Callable[[], datetime]
    key: Secret
    channel: str | None

    async def __call__(self) -> None:
        """Do both; a head that was posted is not posted again.

        Raises:
            SlackUnreachable: not now.
        """
        now = self.clock()
        await self.store.write(lambda tx: service.make_head(tx, self.key, now))
        head = await self.store.read(head_rows.newest_unposted)
        if head is None or self.channel is None:
            return
        try:
            await self._post(head, self.channel)
        except SlackRefused as refusal:
            log.warning("audit_head_refused", code=refusal.code)
            raise
        await self.store.write(lambda tx: head_rows.mark_posted(tx, head.number))

    async def _post(self, head: Head, channel: str) -> None:
        key = f"audit_head:{head.number}"
        # An earlier attempt may have posted it and died before it could write that.
        if await self.slack.find(channel, key, head.made_at - CLOCKS_APART) is None:
            message = head_message(head)
            await self.slack.post(channel, message.text, message.blocks, key)
