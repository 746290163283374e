"""Saves all members of the Slack workspace each night, in case events about them were missed."""

from collections.abc import Callable
from datetime import datetime

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from bot.slack.errors import SlackRefused, SlackUnreachable, slack_errors
from core.accounts import slack_members
from core.leavers import service as leavers
from core.members.rules import Member
from core.store.store import Store
from handlers.payloads import member_of

log = structlog.get_logger()

PAGE_SIZE = 200
# Small batches keep the write lock short, so that other writes get in between.
BATCH_SIZE = 50


class MemberSync:
    """Reads all members through `users.list`, page by page; the client obeys `Retry-After`."""

    def __init__(self, store: Store, client: AsyncWebClient, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._client = client
        self._clock = clock

    async def run(self) -> int:
        """Save every member as Slack describes them now; return how many (D14, D21).

        Where Slack refuses or fails, the rest is left to the next night.
        """
        number = 0
        try:
            with slack_errors():
                pages = await self._client.users_list(limit=PAGE_SIZE, include_locale=True)
                async for page in pages:
                    now = self._clock()
                    members = [member_of(user, now) for user in page["members"]]
                    for first in range(0, len(members), BATCH_SIZE):
                        batch = members[first : first + BATCH_SIZE]
                        await self._store.write(_saving(batch, now))
                    number += len(members)
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("member_sync_failed", code=error.code, members=number)
        return number


def _saving(batch: list[Member], now: datetime) -> Callable[[Connection], None]:
    def save(tx: Connection) -> None:
        for member in batch:
            slack_members.save_member(tx, member)
            leavers.check_member(tx, member, now)

    return save
