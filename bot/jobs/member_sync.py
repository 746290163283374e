"""The workspace's people, compared with what we know of them: what events missed is noticed."""

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

PAGE = 200
# Short write locks: the rest of the product writes in between.
BATCH = 50


class MemberSync:
    """Reads `users.list`, page by page; the client waits where Slack wants it to."""

    def __init__(self, store: Store, client: AsyncWebClient, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._client = client
        self._clock = clock

    async def compare(self) -> int:
        """Write down everybody as Slack describes them now; return how many (D14, D21).

        What Slack does not answer is left for the next night.
        """
        number = 0
        try:
            with slack_errors():
                async for page in await self._client.users_list(limit=PAGE, include_locale=True):
                    now = self._clock()
                    people = [member_of(user, now) for user in page["members"]]
                    for first in range(0, len(people), BATCH):
                        await self._store.write(_noticing(people[first : first + BATCH], now))
                    number += len(people)
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("members_not_compared", code=error.code, members=number)
        return number


def _noticing(people: list[Member], now: datetime) -> Callable[[Connection], None]:
    def wish(tx: Connection) -> None:
        for member in people:
            slack_members.save_member(tx, member)
            leavers.check_member(tx, member, now)

    return wish
