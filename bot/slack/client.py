"""What the product says in Slack, once each, and whom it asks Slack about."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.connection import slack_client as slack_client
from bot.slack.errors import NOT_DONE, SlackRefused, SlackUnreachable, slack_errors
from bot.slack.rate_limits import POST_MESSAGE, RateLimiter
from core.deliveries.rules import FailureReason, PostedMessage
from core.errors import BadFileError, FileFault, MemberFault, MemberRefusedError
from core.members.rules import Member, MemberKey
from handlers.payloads import member_of

EVENT_TYPE = "imi_delivery"
PAGE = 200
# Slack's clock and ours may differ by so much.
MAX_CLOCK_SKEW = timedelta(minutes=5)
# Where Slack says that it was too soon, and not for how long.
SHORT_REST = timedelta(seconds=5)
# What cannot be looked up because a scope is missing is sent: twice is better than never.
_BLIND = frozenset({"missing_scope", "not_allowed_token_type"})

Json = dict[str, Any]


class SlackWorkspace:
    """The workspace's people, as Slack knows them at this moment."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock

    async def member(self, key: MemberKey) -> Member:
        """Return the member as Slack describes them now.

        Raises:
            MemberRefusedError: Slack knows nobody by this id.
            SlackRefused: Slack does not answer such questions of ours.
            SlackUnreachable: Slack does not answer now.
        """
        return await _described(self._client, key, self._clock())

    async def enter(self, channel: str) -> bool:
        """Join the channel if it is public; say whether the bot is in it then.

        Needs `channels:join`. Slack does not even show a private channel that the bot is not in.

        Raises:
            SlackUnreachable: Slack does not answer now.
        """
        try:
            with slack_errors():
                await self._client.conversations_join(channel=channel)
        except SlackRefused as refusal:
            return refusal.code == "method_not_supported_for_channel_type"
        return True

    async def file(self, file_id: str, owner: MemberKey, most_bytes: int) -> bytes:
        """Return what is in a file that this member put into Slack. Needs `files:read`.

        Raises:
            BadFileError: no such file of theirs, too large a one, or Slack does not answer.
        """
        try:
            with slack_errors():
                file = (await self._client.files_info(file=file_id))["file"]
                if file.get("user") != owner.member_id:
                    raise BadFileError(FileFault.GONE)
                if int(file.get("size") or 0) > most_bytes:
                    raise BadFileError(FileFault.TOO_LARGE)
                return await self._download(str(file["url_private_download"]))
        except (SlackRefused, SlackUnreachable):
            raise BadFileError(FileFault.GONE) from None

    async def _download(self, url: str) -> bytes:
        headers = {"Authorization": f"Bearer {self._client.token}"}
        session = self._client.session
        if session is None:
            raise BadFileError(FileFault.GONE)
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status != HTTPStatus.OK:
                raise BadFileError(FileFault.GONE)
            return await answer.read()


class SlackSender:
    """Posts messages, and finds those it posted, at the pace that Slack allows.

    Nothing is tried again in here: whether a message may be posted once more is for the caller to
    say, who has a lease to keep and can look first.
    """

    def __init__(self, client: AsyncWebClient, pace: RateLimiter) -> None:
        self._pace = pace
        self._client = AsyncWebClient(
            token=client.token,
            base_url=client.base_url,
            timeout=client.timeout,
            session=client.session,
            retry_handlers=[],
        )

    def rests(self) -> bool:
        """Say whether Slack wants no messages of ours at the moment."""
        return bool(self._pace.rests(POST_MESSAGE))

    async def post(
        self, channel: str, text: str, blocks: list[Json], metadata_key: str
    ) -> PostedMessage:
        """Post in the channel, or in the DM with the member of this id; return where it stands.

        Raises:
            SlackRefused: for good.
            SlackUnreachable: for now; the message may be there all the same.
        """
        async with self._turn(POST_MESSAGE, channel):
            answer = await self._client.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks,
                metadata=Metadata(event_type=EVENT_TYPE, event_payload={"key": metadata_key}),
                unfurl_links=False,
                unfurl_media=False,
            )
        return PostedMessage(str(answer["channel"]), str(answer["ts"]))

    async def redraw(self, posted: PostedMessage, text: str, blocks: list[Json]) -> None:
        """Put this in the place of a message of ours; doing it twice changes nothing.

        Raises:
            SlackRefused: for good, as when the message was deleted.
            SlackUnreachable: for now.
        """
        async with self._turn("chat.update"):
            await self._client.chat_update(
                channel=posted.channel, ts=posted.ts, text=text, blocks=blocks
            )

    async def find(self, channel: str, metadata_key: str, since: datetime) -> PostedMessage | None:
        """Return where the message posted since then stands, or None if the app sees none.

        Needs `im:write` and `im:history` for a member's DM, `channels:history` for a public
        channel and `groups:history` for a private one.

        Raises:
            SlackRefused: for good.
            SlackUnreachable: for now.
        """
        try:
            return await self._search(channel, metadata_key, since)
        except SlackRefused as refusal:
            if refusal.code in _BLIND:
                return None
            raise

    async def member(self, key: MemberKey, now: datetime) -> Member:
        """Return the member as Slack describes them now.

        Raises:
            MemberRefusedError, SlackRefused, SlackUnreachable: as `SlackWorkspace.member`.
        """
        async with self._turn("users.info"):
            return await _described(self._client, key, now)

    async def _search(
        self, channel: str, metadata_key: str, since: datetime
    ) -> PostedMessage | None:
        place = await self._place_of(channel)
        cursor = ""
        while True:
            async with self._turn("conversations.history"):
                page = await self._client.conversations_history(
                    channel=place,
                    oldest=f"{since.timestamp():.6f}",
                    include_all_metadata=True,
                    limit=PAGE,
                    cursor=cursor or None,
                )
            for message in page["messages"]:
                if _key_of(message) == metadata_key:
                    return PostedMessage(place, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def _place_of(self, channel: str) -> str:
        if not channel.startswith(("U", "W")):
            return channel
        async with self._turn("conversations.open"):
            opened = await self._client.conversations_open(users=channel)
        return str(opened["channel"]["id"])

    @asynccontextmanager
    async def _turn(self, method: str, channel: str | None = None) -> AsyncIterator[None]:
        """Wait for the method's turn; where Slack says that it was too soon, the method rests."""
        await self._pace.turn(method, channel)
        try:
            with slack_errors():
                yield
        except SlackUnreachable as fault:
            if fault.code in NOT_DONE:
                self._pace.rest(method, fault.after or SHORT_REST)
            raise


async def _described(client: AsyncWebClient, key: MemberKey, now: datetime) -> Member:
    try:
        with slack_errors():
            answer = await client.users_info(user=key.member_id, include_locale=True)
    except SlackRefused as refusal:
        if refusal.reason != FailureReason.MEMBER:
            raise
        raise MemberRefusedError(MemberFault.UNKNOWN) from None
    return member_of(answer["user"], now)


def _key_of(message: Json) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = metadata.get("event_payload", {}).get("key")
    return key if isinstance(key, str) else None
