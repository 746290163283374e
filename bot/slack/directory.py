"""Finds members and channels of the workspace through Slack's API, for `imi-bot` commands."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.runtime.clock import utc_now
from bot.slack.connection import slack_client
from bot.slack.errors import SlackRefused, slack_errors
from bot.slack.workspace import find_by_address, require_member
from core.deliveries.rules import FailureReason
from core.errors import MemberRefusedError
from core.members.rules import Member, MemberKey
from core.secret import Secret
from handlers.interactions import BadPayloadError
from handlers.payloads import member_of

PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that the bot can see."""

    id: str
    name: str
    archived: bool
    bot_in: bool


class SlackDirectory:
    """Looks up members and channels; `team_id` and `team` are those of the bot's workspace.

    Each method raises SlackRefused or SlackUnreachable if Slack refuses the call or fails.
    """

    def __init__(self, client: AsyncWebClient, team_id: str, team: str) -> None:
        self._client = client
        self.team_id = team_id
        self.team = team

    async def member(self, member_id: str) -> Member | None:
        """Return the member as Slack describes them now; None if it knows none with this id."""
        key = MemberKey(self.team_id, member_id)
        try:
            return await require_member(self._client, key, self.team_id, utc_now())
        except MemberRefusedError:
            return None

    async def member_with_address(self, email: str) -> Member | None:
        """Return the active member whose profile has the address, or None."""
        return await find_by_address(self._client, email, self.team_id, utc_now())

    async def members(self) -> dict[str, Member]:
        """Return every member by id."""
        found: dict[str, Member] = {}
        with slack_errors():
            pages = await self._client.users_list(limit=PAGE_SIZE, include_locale=True)
            async for page in pages:
                described = map(self._described, page["members"])
                found |= {one.key.member_id: one for one in described if one is not None}
        return found

    def _described(self, user: Mapping[str, Any]) -> Member | None:
        """Return the member, or None if Slack does not say of which workspace they are."""
        try:
            return member_of(user, self.team_id, utc_now())
        except BadPayloadError:
            return None

    async def channel(self, channel_id: str) -> Channel | None:
        """Return the channel; None if there is none, or if it is private and the bot not in it."""
        try:
            with slack_errors():
                answer = await self._client.conversations_info(channel=channel_id)
        except SlackRefused as refusal:
            if refusal.reason != FailureReason.CHANNEL:
                raise
            return None
        channel = answer["channel"]
        return Channel(
            str(channel["id"]),
            str(channel.get("name") or ""),
            archived=bool(channel.get("is_archived")),
            bot_in=bool(channel.get("is_member")),
        )

    async def join(self, channel_id: str) -> None:
        """Join a public channel."""
        with slack_errors():
            await self._client.conversations_join(channel=channel_id)


@asynccontextmanager
async def open_directory(token: Secret, api_url: str) -> AsyncIterator[SlackDirectory]:
    """Open the directory of the token's workspace.

    Raises:
        SlackRefused: Slack refuses the token.
        SlackUnreachable: Slack fails or cannot be reached.
    """
    async with slack_client(token, api_url) as client:
        with slack_errors():
            identity = await client.auth_test()
        yield SlackDirectory(client, str(identity["team_id"]), str(identity.get("team") or ""))
