"""Calls that listeners make to Slack: reading members, joining channels, downloading files."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import (
    ARCHIVED_CODE,
    SlackRefused,
    SlackUnreachable,
    SlackUnusable,
    slack_errors,
)
from bot.slack.file_hosts import may_receive_token
from core.deliveries.rules import FailureReason
from core.errors import BadFileError, FileProblem, MemberFault, MemberRefusedError
from core.members.rules import Member, MemberKey
from handlers.interactions import BadPayloadError
from handlers.payloads import member_of
from handlers.workspace import ChannelEntry

log = structlog.get_logger()


class SlackWorkspace:
    """Members, channels and files of the workspace, as Slack describes them at this moment."""

    def __init__(self, client: AsyncWebClient, team_id: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._team_id = team_id
        self._clock = clock

    async def member(self, key: MemberKey) -> Member:
        """Return the member as Slack describes them now.

        Raises:
            MemberRefusedError: Slack has no member with this id, or does not say of which
                workspace they are.
            SlackRefused: Slack refuses the call.
            SlackUnreachable: Slack does not answer now.
        """
        return await require_member(self._client, key, self._team_id, self._clock())

    async def enter(self, channel: str) -> ChannelEntry:
        """Join the channel if it is public; return whether the bot can post there now.

        Needs `channels:join`, and `groups:read` to see whether a private channel is archived.
        Slack hides private channels that the bot is not a member of.

        Raises:
            SlackUnreachable: Slack does not answer now.
        """
        try:
            with slack_errors():
                await self._client.conversations_join(channel=channel)
        except (SlackRefused, SlackUnusable) as refusal:
            if refusal.code == ARCHIVED_CODE:
                return ChannelEntry.ARCHIVED
            if refusal.code == "method_not_supported_for_channel_type":
                return await self._entry_of_private(channel)
            return ChannelEntry.NOT_INVITED
        return ChannelEntry.IN_IT

    async def _entry_of_private(self, channel: str) -> ChannelEntry:
        """Return whether a private channel that the bot is a member of is archived."""
        try:
            with slack_errors():
                found = await self._client.conversations_info(channel=channel)
        except (SlackRefused, SlackUnusable):
            return ChannelEntry.IN_IT
        archived = bool(found["channel"].get("is_archived"))
        return ChannelEntry.ARCHIVED if archived else ChannelEntry.IN_IT

    async def file(self, file_id: str, owner: MemberKey, most_bytes: int) -> bytes:
        """Return the content of a file that this member uploaded. Needs `files:read`.

        Raises:
            BadFileError: it is not their file, too large, or Slack does not answer.
        """
        try:
            with slack_errors():
                file = (await self._client.files_info(file=file_id))["file"]
                if file.get("user") != owner.member_id:
                    raise BadFileError(FileProblem.GONE)
                if int(file.get("size") or 0) > most_bytes:
                    raise BadFileError(FileProblem.TOO_LARGE)
                url = file.get("url_private_download")
                if not isinstance(url, str) or not url:
                    # Such as `hidden_by_limit`, or a file of another service.
                    raise BadFileError(FileProblem.GONE)
                return await self._download(url)
        except (SlackRefused, SlackUnreachable):
            raise BadFileError(FileProblem.GONE) from None

    async def _download(self, url: str) -> bytes:
        headers = {"Authorization": f"Bearer {self._client.token}"}
        session = self._client.session
        if session is None:
            raise BadFileError(FileProblem.GONE)
        if not may_receive_token(url, self._client.base_url):
            log.warning("file_host_refused")
            raise BadFileError(FileProblem.GONE)
        # The way of every other call: the SDK has read it from HTTPS_PROXY.
        proxy = self._client.proxy
        async with session.get(url, headers=headers, allow_redirects=False, proxy=proxy) as answer:
            if answer.status != HTTPStatus.OK:
                raise BadFileError(FileProblem.GONE)
            return await answer.read()


async def require_member(
    client: AsyncWebClient, key: MemberKey, team_id: str, now: datetime
) -> Member:
    """Return the member as Slack describes them now; `team_id` is our workspace.

    Raises:
        MemberRefusedError, SlackRefused, SlackUnreachable: as `SlackWorkspace.member`.
    """
    try:
        with slack_errors():
            answer = await client.users_info(user=key.member_id, include_locale=True)
    except SlackRefused as refusal:
        if refusal.reason != FailureReason.MEMBER:
            raise
        raise MemberRefusedError(MemberFault.UNKNOWN) from None
    try:
        return member_of(answer["user"], team_id, now)
    except BadPayloadError:
        raise MemberRefusedError(MemberFault.UNDESCRIBED) from None


async def find_by_address(
    client: AsyncWebClient, email: str, team_id: str, now: datetime
) -> Member | None:
    """Return the active member with this address in our workspace `team_id`, or None.

    Needs `users:read.email`.

    Raises:
        SlackRefused: Slack refuses the search.
        SlackUnreachable: Slack does not answer now.
    """
    try:
        with slack_errors():
            answer = await client.users_lookupByEmail(email=email)
        return member_of(answer["user"], team_id, now)
    except BadPayloadError:
        return None
    except SlackRefused as refusal:
        if refusal.reason != FailureReason.MEMBER:
            raise
        return None
