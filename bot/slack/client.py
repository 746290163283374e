"""A client that posts, updates and finds Slack messages, and looks up members.

It keeps to Slack's rate limits.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from bot.runtime.fault_reports import NO_REPORTS, FaultReporter
from bot.slack.errors import NOT_DONE, SlackUnreachable, SlackUnusable, slack_errors
from bot.slack.rate_limits import POST_MESSAGE, USERS_INFO, RateLimiter
from bot.slack.workspace import find_by_address, require_member
from core.deliveries.rules import PostedMessage
from core.members.rules import Member, MemberKey

log = structlog.get_logger()

EVENT_TYPE = "imi_delivery"
PAGE_SIZE = 200
# The largest expected difference between Slack's clock and ours.
MAX_CLOCK_SKEW = timedelta(minutes=5)
# The pause after a 429 without a `Retry-After` header.
DEFAULT_PAUSE = timedelta(seconds=5)
# Without the scope for a search, the message counts as not found: it is better sent twice than
# never.
_SEARCH_NOT_ALLOWED = frozenset({"missing_scope", "not_allowed_token_type"})

Json = dict[str, Any]


class SlackSender:
    """Posts, updates and finds messages within Slack's rate limits.

    It retries nothing: the caller holds a lease, and searches for a message before it posts it
    again.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        rate_limiter: RateLimiter,
        faults: FaultReporter = NO_REPORTS,
    ) -> None:
        self._rate_limiter = rate_limiter
        self._faults = faults
        self._client = AsyncWebClient(
            token=client.token,
            base_url=client.base_url,
            timeout=client.timeout,
            session=client.session,
            retry_handlers=[],
        )

    def pause_left(self) -> timedelta:
        """Return how much longer posting is paused after a 429; zero if it is not."""
        return self._rate_limiter.pause_left(POST_MESSAGE)

    async def post(
        self, channel: str, text: str, blocks: list[Json], metadata_key: str
    ) -> PostedMessage:
        """Post in the channel, or in the DM with the member of this id; return its location.

        Raises:
            SlackRefused: Slack will never take it.
            SlackUnreachable: Slack failed for now; the message may be there all the same.
        """
        async with self._limited(POST_MESSAGE, channel):
            answer = await self._client.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks,
                metadata=Metadata(event_type=EVENT_TYPE, event_payload={"key": metadata_key}),
                unfurl_links=False,
                unfurl_media=False,
            )
        return PostedMessage(str(answer["channel"]), str(answer["ts"]))

    async def update(self, posted: PostedMessage, text: str, blocks: list[Json]) -> None:
        """Replace the content of one of our messages; the call is idempotent.

        Raises:
            SlackRefused: Slack will never do it, for example because the message was deleted.
            SlackUnreachable: Slack failed for now.
        """
        async with self._limited("chat.update"):
            await self._client.chat_update(
                channel=posted.channel, ts=posted.ts, text=text, blocks=blocks
            )

    async def find(self, channel: str, metadata_key: str, since: datetime) -> PostedMessage | None:
        """Return the message with this key that was posted since then, or None.

        Needs `im:write` and `im:history` for a member's DM, `channels:history` for a public
        channel and `groups:history` for a private one.

        Raises:
            SlackRefused: Slack refuses the search.
            SlackUnreachable: Slack failed for now.
        """
        try:
            return await self._search(channel, metadata_key, since)
        except SlackUnusable as fault:
            if fault.code in _SEARCH_NOT_ALLOWED:
                return None
            raise

    def may_ask_for_a_member(self) -> bool:
        """Return whether `member` would ask Slack at once, instead of waiting for its limit."""
        return self._rate_limiter.has_room(USERS_INFO)

    async def member(self, key: MemberKey, now: datetime) -> Member:
        """Return the member as Slack describes them now.

        Raises:
            MemberRefusedError, SlackRefused, SlackUnreachable: as `SlackWorkspace.member`.
        """
        async with self._limited(USERS_INFO):
            return await require_member(self._client, key, key.team_id, now)

    async def member_by_email(self, email: str, team_id: str, now: datetime) -> Member | None:
        """Return the active member with this address in our workspace `team_id`, or None.

        Raises:
            SlackRefused, SlackUnreachable: as `find_by_address`.
        """
        async with self._limited("users.lookupByEmail"):
            return await find_by_address(self._client, email, team_id, now)

    async def _search(
        self, channel: str, metadata_key: str, since: datetime
    ) -> PostedMessage | None:
        conversation = await self._conversation_id(channel)
        cursor = ""
        while True:
            async with self._limited("conversations.history"):
                page = await self._client.conversations_history(
                    channel=conversation,
                    oldest=f"{since.timestamp():.6f}",
                    include_all_metadata=True,
                    limit=PAGE_SIZE,
                    cursor=cursor or None,
                )
            for message in page["messages"]:
                if _key_of(message) == metadata_key:
                    return PostedMessage(conversation, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def _conversation_id(self, channel: str) -> str:
        if not _is_member_id(channel):
            return channel
        async with self._limited("conversations.open"):
            opened = await self._client.conversations_open(users=channel)
        return str(opened["channel"]["id"])

    @asynccontextmanager
    async def _limited(self, method: str, channel: str | None = None) -> AsyncIterator[None]:
        """Wait for the rate limiter; pause the method after a 429; report what became of it."""
        await self._rate_limiter.acquire(method, channel)
        try:
            with slack_errors(in_dm=channel is not None and _is_member_id(channel)):
                yield
        except SlackUnusable as fault:
            await self._faults.refused(method, fault.code)
            raise
        except SlackUnreachable as fault:
            if fault.code in NOT_DONE:
                self._rate_limiter.pause(method, fault.after or DEFAULT_PAUSE)
            raise
        await self._faults.worked(method)


def _key_of(message: Json) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = metadata.get("event_payload", {}).get("key")
    return key if isinstance(key, str) else None


def _is_member_id(channel: str) -> bool:
    return channel.startswith(("U", "W"))
