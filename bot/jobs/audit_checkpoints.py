"""Signs checkpoints of the audit trail, and posts one a day in a Slack channel, if one is set.

Someone who can write to the database cannot forge a checkpoint's signature, as the key is not
there, and cannot change the post in Slack.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.slack.client import MAX_CLOCK_SKEW, SlackSender
from bot.slack.errors import SlackRefused
from core.audit import signing
from core.audit.checkpoints import Checkpoint
from core.audit.rows import checkpoints
from core.audit.signing import TrailBrokenError, UnknownKeyError
from core.secret import Secret
from core.store.store import Store
from handlers.audit.messages import checkpoint_message

log = structlog.get_logger()


class AuditCheckpoints:
    """Signs checkpoints, and posts them if a channel is set.

    It keeps the last checkpoint in memory, where no SQL can change it.
    """

    def __init__(
        self,
        store: Store,
        slack: SlackSender,
        clock: Callable[[], datetime],
        keys: Sequence[Secret],
        channel: str | None,
    ) -> None:
        """Remember the dependencies; the first key signs, the others only verify."""
        self._store = store
        self._slack = slack
        self._clock = clock
        self._keys = keys
        self._channel = channel
        self._last_seen: Checkpoint | None = None

    async def sign(self) -> None:
        """Sign the newest entry's hash, so that rewriting the chain up to it is detected.

        Raises:
            TrailBrokenError: the trail was altered; no checkpoint is signed over it.
        """
        now, keys = self._clock(), self._keys
        try:
            end = await self._store.read(lambda tx: signing.verified_tip(tx, keys, self._last_seen))
        except UnknownKeyError as unknown:
            todo = "run: imi-bot audit verify"
            log.error("audit_key_unknown", number=unknown.number, key_id=unknown.key_id, todo=todo)  # noqa: TRY400 - a traceback adds nothing
            raise
        except TrailBrokenError as broken:
            log.error("audit_trail_broken", number=broken.number, fault=broken.fault)  # noqa: TRY400 - a traceback adds nothing
            raise
        checkpoint = await self._store.write(lambda tx: signing.sign(tx, end, keys[0], now))
        self._last_seen = checkpoint or self._last_seen
        # Reading takes no write lock, and finds something only after a key was changed.
        if await self._store.read(lambda tx: signing.awaits_countersigning(tx, keys)):
            number = await self._store.write(lambda tx: signing.countersign(tx, keys))
            log.info("audit_checkpoints_countersigned", checkpoints=number)

    async def post(self) -> None:
        """Sign a checkpoint and post it, unless it has been posted already.

        Raises:
            TrailBrokenError: the trail was altered; nothing is signed or posted.
            SlackRefused: Slack rejects the message for good.
            SlackUnreachable: Slack cannot be reached now.
        """
        await self.sign()
        channel = self._channel
        if channel is None:
            return
        checkpoint = await self._store.write(checkpoints.retain_newest)
        if checkpoint is None:
            return
        try:
            await self._post_once(checkpoint, channel)
        except SlackRefused as refusal:
            log.warning("audit_checkpoint_refused", code=refusal.code)
            raise
        await self._store.write(lambda tx: checkpoints.mark_posted(tx, checkpoint.number))

    async def _post_once(self, checkpoint: Checkpoint, channel: str) -> None:
        # The key is found again in Slack, so its wording must not change.
        key = f"audit_checkpoint:{checkpoint.number}"
        # An earlier attempt may have posted it and died before it could record that.
        # A clock that was ahead may have made it, before the post of today at the earliest.
        since = min(checkpoint.made_at, self._clock()) - MAX_CLOCK_SKEW
        if await self._slack.find(channel, key, since) is None:
            message = checkpoint_message(checkpoint)
            await self._slack.post(channel, message.text, message.blocks, key)
