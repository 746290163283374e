"""From a Slack member to who is asking, and refusals back to them in their language (D21)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from core.accounts import slack_members
from core.errors import NotAUserError, RuleError
from core.languages.tags import from_locale
from core.members import rows as members
from core.members.rules import Member, MemberKey, is_stale, require_colleague
from core.store.store import Store
from core.users.principals import Principal, principal_for_member

log = structlog.get_logger()

T = TypeVar("T")

Answer = Callable[[RuleError, str], Awaitable[object]]


class Workspace(Protocol):
    """Slack, asked about its people."""

    async def member(self, key: MemberKey) -> Member:
        """Return the member as Slack knows them now; raises MemberRefusedError for nobody."""
        ...

    async def enter(self, channel: str) -> bool:
        """Join the channel if it is public; say whether the bot is in it then."""
        ...

    async def file(self, file_id: str, owner: MemberKey, most_bytes: int) -> bytes:
        """Return what is in a file that this member put into Slack; raises BadFileError."""
        ...


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who is asking, the language to answer in, and who they are in Slack."""

    principal: Principal
    language: str
    who: MemberKey


class _UnseenError(Exception):
    """Slack must be asked about this member first; no refusal."""

    def __init__(self, key: MemberKey) -> None:
        super().__init__("A member has not been seen lately.")
        self.key = key


class PrincipalResolver:
    """Knows the workspace's members from the database, and asks Slack only when it must."""

    def __init__(
        self, store: Store, workspace: Workspace, team_id: str, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._workspace = workspace
        self._team_id = team_id
        self._clock = clock

    async def receive(
        self, who: MemberKey, answer: Answer, work: Callable[[RequestContext], Awaitable[None]]
    ) -> None:
        """Do `work` for who asks; what is refused, before or in it, goes to `answer`."""
        language, principal = from_locale(None), None
        try:
            member = await self.member(who)
            language = from_locale(member.locale)
            principal = await self._asker(member)
            language = principal.language
            await work(RequestContext(principal, language, who))
        except RuleError as refusal:
            note(refusal, principal)
            await answer(refusal, language)

    async def act(
        self, who: MemberKey, answer: Answer, work: Callable[[Connection, RequestContext], T]
    ) -> T | None:
        """Do `work` in the one transaction that also looks up who asks: that costs Slack least.

        What is refused goes to `answer`, and None is returned.
        """
        spoken, asking = [from_locale(None)], list[Principal]()

        def wish(tx: Connection) -> T:
            member = self.seen(tx, who)
            spoken[0] = from_locale(member.locale)
            principal = self._asker_in(tx, member)
            asking[:], spoken[0] = [principal], principal.language
            return work(tx, RequestContext(principal, principal.language, who))

        try:
            return await self._seeing(wish)
        except RuleError as refusal:
            note(refusal, *asking)
            await answer(refusal, spoken[0])
            return None

    def seen(self, tx: Connection, key: MemberKey) -> Member:
        """Return the member as known lately, inside `act`, which asks Slack where needed."""
        known = members.find(tx, key)
        if known is None or is_stale(known, self._clock()):
            raise _UnseenError(key)
        return known

    def seen_colleague(self, tx: Connection, key: MemberKey, field: str) -> Member:
        """Return the member if they can be a user at all, inside `act`.

        Raises:
            MemberRefusedError: with `field`, where they cannot.
        """
        member = self.seen(tx, key)
        require_colleague(member, self._team_id, field)
        return member

    async def _seeing(self, wish: Callable[[Connection], T]) -> T:
        while True:
            try:
                return await self._store.write(wish)
            except _UnseenError as unseen:
                await self._ask_slack(unseen.key)

    async def member(self, key: MemberKey) -> Member:
        """Return the member as known, or as Slack says where that is unknown or stale.

        Raises:
            MemberRefusedError: Slack knows nobody by this id.
        """
        known = await self._store.read(lambda tx: members.find(tx, key))
        if known is not None and not is_stale(known, self._clock()):
            return known
        return await self._ask_slack(key)

    async def colleague(self, key: MemberKey, field: str) -> Member:
        """Return the member if they can be a user at all.

        Raises:
            MemberRefusedError: with `field`, where they cannot.
        """
        member = await self.member(key)
        require_colleague(member, self._team_id, field)
        return member

    async def _ask_slack(self, key: MemberKey) -> Member:
        fresh = await self._workspace.member(key)
        if fresh.key != key:
            # Somebody of another workspace, seen here: known by the key we met them under.
            fresh = replace(fresh, key=key, stranger=True)
        await self._store.write(lambda tx: slack_members.save_member(tx, fresh))
        return fresh

    def _asker_in(self, tx: Connection, member: Member) -> Principal:
        require_colleague(member, self._team_id)
        try:
            return principal_for_member(tx, member.key)
        except NotAUserError:
            return slack_members.link_by_email(tx, member, self._clock())

    async def _asker(self, member: Member) -> Principal:
        require_colleague(member, self._team_id)
        try:
            return await self._store.read(lambda tx: principal_for_member(tx, member.key))
        except NotAUserError:
            return await self._store.write(self._linking(member))

    def _linking(self, member: Member) -> Callable[[Connection], Principal]:
        now = self._clock()
        return lambda tx: slack_members.link_by_email(tx, member, now)


def note(refusal: RuleError, principal: Principal | None = None) -> None:
    """Write into the log that something was refused, by the kind of it, and to which user."""
    number = None if principal is None else principal.user_id
    log.info("refused", refusal=type(refusal).__name__, user=number)
