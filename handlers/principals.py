"""Finds the principal (the user who acts) linked to the Slack member who sent a request (D21).

If the member may not act, a refusal with the reason is sent to them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from core.accounts import slack_members
from core.errors import NotAUserError, RuleError
from core.languages.tags import from_locale
from core.members import rows as members
from core.members.rules import Member, MemberKey, is_stale, require_eligible, with_state_of
from core.store.store import Store
from core.users.principals import Principal, principal_for_member

log = structlog.get_logger()

T = TypeVar("T")

# Shows a refusal to the person in the given language.
RefusalResponder = Callable[[RuleError, str], Awaitable[object]]


class ChannelEntry(Enum):
    """The result of joining a channel."""

    IN_IT = auto()
    NOT_INVITED = auto()
    ARCHIVED = auto()


class Workspace(Protocol):
    """The calls to Slack that listeners make to read members, channels and files."""

    async def member(self, key: MemberKey) -> Member:
        """Return the member as Slack knows them now; raises MemberRefusedError if unknown."""
        ...

    async def enter(self, channel: str) -> ChannelEntry:
        """Join the channel if it is public; return whether the bot can post there afterwards."""
        ...

    async def file(self, file_id: str, owner: MemberKey, most_bytes: int) -> bytes:
        """Return the content of a file that this member uploaded; raises BadFileError."""
        ...


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The principal who sends a request, their Slack member, and the language to answer in."""

    principal: Principal
    language: str
    member_key: MemberKey


class _MemberUnknownError(Exception):
    """Aborts a transaction that needs a member who must be fetched from Slack first."""

    def __init__(self, key: MemberKey) -> None:
        super().__init__("The member is not stored, or was stored too long ago.")
        self.key = key


class PrincipalResolver:
    """Looks members up in the database, and asks Slack only if they are missing or stale."""

    def __init__(
        self, store: Store, workspace: Workspace, team_id: str, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._workspace = workspace
        self._team_id = team_id
        self._clock = clock

    async def serve(
        self,
        sender: MemberKey,
        refuse: RefusalResponder,
        handle: Callable[[RequestContext], Awaitable[None]],
    ) -> None:
        """Find the sender's user and call `handle`; `refuse` answers a RuleError from either."""
        language, principal = from_locale(None), None
        try:
            member = await self.member(sender)
            language = from_locale(member.locale)
            principal = await self._principal_of(member)
            language = principal.language
            await handle(RequestContext(principal, language, member.key))
        except RuleError as refusal:
            log_refusal(refusal, principal)
            await refuse(refusal, language)

    async def serve_in_transaction(
        self,
        sender: MemberKey,
        refuse: RefusalResponder,
        operation: Callable[[Connection, RequestContext], T],
    ) -> T | None:
        """Find the sender's user and run `operation` in one transaction; return its result.

        This is faster than `serve`, which reads first. After a RuleError, `refuse` answers it, and
        the result is None.
        """
        language, principals = [from_locale(None)], list[Principal]()

        def resolve_and_run(tx: Connection) -> T:
            member = self.known_member(tx, sender)
            language[0] = from_locale(member.locale)
            principal = self._principal_in(tx, member)
            principals[:], language[0] = [principal], principal.language
            return operation(tx, RequestContext(principal, principal.language, member.key))

        try:
            return await self._write_with_known_members(resolve_and_run)
        except RuleError as refusal:
            log_refusal(refusal, *principals)
            await refuse(refusal, language[0])
            return None

    def known_member(self, tx: Connection, key: MemberKey) -> Member:
        """Return the stored member, inside `serve_in_transaction`, which fetches missing ones."""
        known = self._find(tx, key)
        if known is None or is_stale(known, self._clock()):
            raise _MemberUnknownError(key)
        return known

    def known_principal(self, tx: Connection, sender: MemberKey) -> Principal:
        """Return the sender of a request that was served before, as a principal.

        Raises:
            NotAUserError: the sender is linked to no user.
        """
        known = self._find(tx, sender)
        return principal_for_member(tx, sender if known is None else known.key)

    def known_colleague(self, tx: Connection, key: MemberKey, field: str) -> Member:
        """Return the stored member if they can be a user, inside `serve_in_transaction`.

        Raises:
            MemberRefusedError: they cannot be a user; the error names `field`.
        """
        member = self.known_member(tx, key)
        require_eligible(member, self._team_id, field)
        return member

    async def _write_with_known_members(self, operation: Callable[[Connection], T]) -> T:
        while True:
            try:
                return await self._store.write(operation)
            except _MemberUnknownError as unknown:
                await self._fetch(unknown.key)

    async def member(self, key: MemberKey) -> Member:
        """Return the stored member, or the one that Slack gives if none is stored or it is stale.

        Raises:
            MemberRefusedError: Slack knows nobody by this id.
        """
        known = await self._store.read(lambda tx: self._find(tx, key))
        if known is not None and not is_stale(known, self._clock()):
            return known
        return await self._fetch(key)

    async def colleague(self, key: MemberKey, field: str) -> Member:
        """Return the member if they can be a user.

        Raises:
            MemberRefusedError: they cannot be a user; the error names `field`.
        """
        member = await self.member(key)
        require_eligible(member, self._team_id, field)
        return member

    async def fetched_colleague(self, key: MemberKey, field: str) -> Member:
        """Return the member with the names and the address that only Slack knows.

        Raises:
            MemberRefusedError: as `colleague`.
        """
        member = await self._fetch(key)
        require_eligible(member, self._team_id, field)
        return member

    async def _fetch(self, key: MemberKey) -> Member:
        fresh = await self._workspace.member(key)
        if fresh.key != key and not self._is_own_key(fresh, key):
            # A member of another workspace: stored under the key that Slack sent us.
            fresh = replace(fresh, key=key, stranger=True)

        def save(tx: Connection) -> Member:
            saved = slack_members.save_member(tx, fresh)
            newer = None if saved else members.find(tx, fresh.key)
            return fresh if newer is None else with_state_of(fresh, newer)

        return await self._store.write(save)

    def _find(self, tx: Connection, key: MemberKey) -> Member | None:
        """Return the stored member of this key.

        In Enterprise Grid, a request may name the home workspace of a person who is a member of
        our workspace too, and who is stored with our workspace in the key.
        """
        if key.team_id != self._team_id:
            own = members.find(tx, MemberKey(self._team_id, key.member_id))
            if own is not None and self._is_own_key(own, key):
                return own
        return members.find(tx, key)

    def _is_own_key(self, member: Member, key: MemberKey) -> bool:
        """Return whether the member of our workspace is the person of this key.

        The member id alone does not tell, because it is unique only within one organisation.
        """
        is_ours = member.key == MemberKey(self._team_id, key.member_id)
        return is_ours and member.home_team_id == key.team_id

    def _principal_in(self, tx: Connection, member: Member) -> Principal:
        require_eligible(member, self._team_id)
        try:
            return principal_for_member(tx, member.key)
        except NotAUserError:
            return slack_members.link_by_email(tx, member, self._clock())

    async def _principal_of(self, member: Member) -> Principal:
        require_eligible(member, self._team_id)
        try:
            return await self._store.read(lambda tx: principal_for_member(tx, member.key))
        except NotAUserError:
            now = self._clock()
            return await self._store.write(lambda tx: slack_members.link_by_email(tx, member, now))


def log_refusal(refusal: RuleError, principal: Principal | None = None) -> None:
    """Log the type of a refusal and the id of the user who was refused."""
    user_id = None if principal is None else principal.user_id
    log.info("request_refused", refusal=type(refusal).__name__, user=user_id)
