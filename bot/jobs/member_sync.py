"""Reads all members of the Slack workspace each night, in case events about them were missed.

It saves the members who are users, and deletes the stored data of others.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from bot.runtime.fault_reports import NO_REPORTS, FaultReporter
from bot.slack.errors import SlackRefused, SlackUnreachable, SlackUnusable, slack_errors
from core.accounts import slack_members
from core.leavers import service as leavers
from core.members.rules import Member
from core.store.store import Store
from handlers.interactions import BadPayloadError
from handlers.payloads import member_of

log = structlog.get_logger()

PAGE_SIZE = 200
# Small batches keep the write lock short, so that other writes get in between.
BATCH_SIZE = 50


class MemberSync:
    """Reads all members through `users.list`, page by page; the client obeys `Retry-After`."""

    def __init__(
        self,
        store: Store,
        client: AsyncWebClient,
        team_id: str,
        clock: Callable[[], datetime],
        faults: FaultReporter = NO_REPORTS,
    ) -> None:
        self._store = store
        self._faults = faults
        self._client = client
        self._team_id = team_id
        self._clock = clock

    async def run(self) -> int:
        """Compare every member with the users; return how many members there were (D14, D21).

        Users are saved as Slack describes them now, anybody else is forgotten.
        A member whose data is incomplete or cannot be saved is skipped. Where Slack refuses or
        fails, the rest is left to the next night.

        Raises:
            Exception: nobody of a batch could be saved, as when the database is unavailable.
        """
        number = 0
        try:
            async for page in self._pages():
                now = self._clock()
                for batch in _batches(list(self._members_in(page, now))):
                    number += await self._save(batch, now)
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("member_sync_failed", code=error.code, members=number)
            if isinstance(error, SlackUnusable):
                await self._faults.refused("users.list", error.code)
        else:
            await self._faults.worked("users.list")
        return number

    async def _pages(self) -> AsyncIterator[list[dict[str, Any]]]:
        cursor = ""
        while True:
            # Only around the call, so that a database error is not reported as Slack's.
            with slack_errors():
                page = await self._client.users_list(
                    limit=PAGE_SIZE, include_locale=True, cursor=cursor or None
                )
            yield page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _members_in(self, page: list[dict[str, Any]], now: datetime) -> Iterator[Member]:
        for user in page:
            try:
                yield member_of(user, self._team_id, now)
            except BadPayloadError:
                log.info("member_data_incomplete")

    async def _save(self, batch: list[Member], now: datetime) -> int:
        """Save the members in one transaction, or one by one if it fails; return their number."""
        try:
            await self._store.write(_saving(batch, now))
        except Exception:  # noqa: BLE001 - one by one shows who it is
            return await self._save_singly(batch, now)
        return len(batch)

    async def _save_singly(self, batch: list[Member], now: datetime) -> int:
        number = 0
        for position, member in enumerate(batch, start=1):
            try:
                await self._store.write(_saving([member], now))
                number += 1
            except Exception as error:
                if position == len(batch) and not number:
                    raise
                name = type(error).__name__
                log.warning("member_not_saved", member=member.key.member_id, error=name)
        return number


def _batches(members: list[Member]) -> Iterator[list[Member]]:
    for first in range(0, len(members), BATCH_SIZE):
        yield members[first : first + BATCH_SIZE]


def _saving(batch: list[Member], now: datetime) -> Callable[[Connection], None]:
    def save(tx: Connection) -> None:
        for member in batch:
            if slack_members.save_reported_member(tx, member):
                leavers.check_member(tx, member, now)

    return save
