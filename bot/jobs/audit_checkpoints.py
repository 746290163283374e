"""The audit trail's head, signed, and posted daily where the database's owner cannot change it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.delivery.channels import CLOCKS_APART
from bot.slack.client import SlackSender
from bot.slack.errors import SlackRefused
from core.audit import signing
from core.audit.checkpoints import Checkpoint
from core.audit.rows import checkpoints
from core.audit.signing import TrailBrokenError
from core.secret import Secret
from core.store.store import Store
from handlers.audit.messages import checkpoint_message

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CheckpointParts:
    """What heads are made with; the first key signs, the others are still known."""

    store: Store
    slack: SlackSender
    clock: Callable[[], datetime]
    keys: Sequence[Secret]
    channel: str | None


class AuditCheckpoints:
    """Signs the head, and posts it in the channel where one is set.

    It remembers the last head that it saw, which nobody changes by SQL.
    """

    def __init__(self, parts: CheckpointParts) -> None:
        self._parts = parts
        self._store = parts.store
        self._seen: Checkpoint | None = None

    async def sign(self) -> None:
        """Sign the newest entry's seal, so that whoever rewrites the chain up to it is found.

        Raises:
            TrailBrokenError: the trail is not what was written; nothing is signed over it.
        """
        now, keys = self._parts.clock(), self._parts.keys
        try:
            end = await self._store.read(lambda tx: signing.checked_end(tx, keys, self._seen))
        except TrailBrokenError as broken:
            log.error("audit_trail_broken", number=broken.number, fault=broken.fault)  # noqa: TRY400 - its place says nothing
            raise
        head = await self._store.write(lambda tx: signing.sign(tx, end, keys[0], now))
        self._seen = head or self._seen

    async def post(self) -> None:
        """Sign the head and post it; one that was posted is not posted again.

        Raises:
            TrailBrokenError: as `sign`.
            SlackUnreachable: not now.
        """
        await self.sign()
        channel = self._parts.channel
        if channel is None:
            return
        head = await self._store.write(checkpoints.keep_newest)
        if head is None:
            return
        try:
            await self._post(head, channel)
        except SlackRefused as refusal:
            log.warning("audit_head_refused", code=refusal.code)
            raise
        await self._store.write(lambda tx: checkpoints.mark_posted(tx, head.number))

    async def _post(self, head: Checkpoint, channel: str) -> None:
        key = f"audit_head:{head.number}"
        slack = self._parts.slack
        # An earlier attempt may have posted it and died before it could write that.
        if await slack.find(channel, key, head.made_at - CLOCKS_APART) is None:
            message = checkpoint_message(head)
            await slack.post(channel, message.text, message.blocks, key)
