"""Finds the principal linked to the Slack member who sent a request (D21).

If the member may not act, a refusal with the reason is sent to them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeGuard, TypeVar

import structlog
from sqlalchemy import Connection

from core.accounts import slack_members
from core.errors import RuleError
from core.languages.tags import from_locale
from core.members.rules import Member, MemberKey, is_stale, require_eligible
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import with_authority
from core.users.rows.with_authority import MemberWithUser
from handlers.askable_names import name_whom_to_ask
from handlers.request_context import RequestContext, Resolution, context_of
from handlers.workspace import Workspace

log = structlog.get_logger()

T = TypeVar("T")

# Shows a refusal to the person in the given language.
RefusalResponder = Callable[[RuleError, str], Awaitable[object]]


class _MemberUnknownError(Exception):
    """Aborts a transaction that needs a member who must be fetched from Slack first."""

    def __init__(self, key: MemberKey) -> None:
        super().__init__("The member is not stored, or was stored too long ago.")
        self.key = key


class PrincipalResolver:
    """Looks members up in the database, and asks Slack only if they are missing or stale.

    A member who was linked to their user may be told the username, so that `on_linked` wakes the
    delivery worker.
    """

    def __init__(
        self,
        store: Store,
        workspace: Workspace,
        team_id: str,
        clock: Callable[[], datetime],
        on_linked: Callable[[], None],
    ) -> None:
        self._store = store
        self._workspace = workspace
        self._team_id = team_id
        self._clock = clock
        self._on_linked = on_linked

    async def serve(
        self,
        sender: MemberKey,
        refuse: RefusalResponder,
        handle: Callable[[RequestContext], Awaitable[None]],
    ) -> None:
        """Find the sender's user and call `handle`; `refuse` answers a RuleError from either."""
        language, principal, found = from_locale(None), None, None
        try:
            found = await self._fresh_sender(sender)
            language = from_locale(found.member.locale)
            context = await self._context_of(found)
            language, principal = context.language, context.principal
            await handle(context)
        except RuleError as refusal:
            log_refusal(refusal, principal)
            await name_whom_to_ask(self._store, refusal, principal, language, found)
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
        resolution = Resolution(from_locale(None))

        def resolve_and_run(tx: Connection) -> T:
            found = self._known(tx, sender)
            resolution.language = from_locale(found.member.locale)
            resolution.was_unlinked = found.user is None
            context = self._context_in(tx, found)
            resolution.language, resolution.principal = context.language, context.principal
            return operation(tx, context)

        try:
            result = await self._write_with_known_members(resolve_and_run)
        except RuleError as refusal:
            log_refusal(refusal, resolution.principal)
            await name_whom_to_ask(self._store, refusal, resolution.principal, resolution.language)
            await refuse(refusal, resolution.language)
            return None
        if resolution.was_unlinked:
            self._on_linked()
        return result

    def known_member(self, tx: Connection, key: MemberKey) -> Member:
        """Return the stored member, inside `serve_in_transaction`, which fetches missing ones."""
        return self._known(tx, key).member

    def known_context(self, tx: Connection, sender: MemberKey) -> RequestContext:
        """Return the context of a sender whose request was served before.

        Raises:
            NotAUserError: the sender is linked to no user.
        """
        return context_of(self._find(tx, sender))

    def known_language(self, tx: Connection, sender: MemberKey) -> str:
        """Return the language of a user, else that of the member's Slack, else English."""
        found = self._find(tx, sender)
        if found is None:
            return from_locale(None)
        return from_locale(found.member.locale) if found.user is None else found.user.language

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
        return known.member if self._is_fresh(known) else await self._fetch(key)

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
        return await self._store.write(lambda tx: slack_members.save_fetched(tx, fresh))

    def _find(self, tx: Connection, key: MemberKey) -> MemberWithUser | None:
        """Return the stored member of this key, with their user.

        In Enterprise Grid, a request may name the home workspace of a person who is a member of
        our workspace too, and who is stored with our workspace in the key.
        """
        if key.team_id != self._team_id:
            own = with_authority.find_member(tx, MemberKey(self._team_id, key.member_id))
            if own is not None and self._is_own_key(own.member, key):
                return own
        return with_authority.find_member(tx, key)

    def _known(self, tx: Connection, key: MemberKey) -> MemberWithUser:
        known = self._find(tx, key)
        if not self._is_fresh(known):
            raise _MemberUnknownError(key)
        return known

    def _is_fresh(self, known: MemberWithUser | None) -> TypeGuard[MemberWithUser]:
        return known is not None and not is_stale(known.member, self._clock())

    def _is_own_key(self, member: Member, key: MemberKey) -> bool:
        """Return whether the member of our workspace is the person of this key.

        The member id alone does not tell, because it is unique only within one organisation.
        """
        is_ours = member.key == MemberKey(self._team_id, key.member_id)
        return is_ours and member.home_team_id == key.team_id

    async def _fresh_sender(self, key: MemberKey) -> MemberWithUser:
        """Return the member with their user; Slack is asked if none is stored or it is stale."""
        found = await self._store.read(lambda tx: self._find(tx, key))
        if self._is_fresh(found):
            return found
        member = await self._fetch(key)
        found = await self._store.read(lambda tx: with_authority.find_member(tx, member.key))
        # An event of Slack may make us forget somebody who is no user at this moment.
        return replace(found or MemberWithUser(member, None, None), member=member)

    def _context_in(self, tx: Connection, found: MemberWithUser) -> RequestContext:
        require_eligible(found.member, self._team_id)
        return context_of(found if found.user is not None else self._linked(tx, found.member))

    async def _context_of(self, found: MemberWithUser) -> RequestContext:
        require_eligible(found.member, self._team_id)
        if found.user is None:
            found = await self._store.write(lambda tx: self._linked(tx, found.member))
            self._on_linked()
        return context_of(found)

    def _linked(self, tx: Connection, member: Member) -> MemberWithUser:
        """Link the member to the user with their address, and return both."""
        principal = slack_members.link_by_email(tx, member, self._clock())
        user, authority = with_authority.find(tx, principal.user_id) or (None, None)
        return MemberWithUser(member, user, authority)


def log_refusal(refusal: RuleError, principal: Principal | None = None) -> None:
    """Log the type of a refusal and the id of the user who was refused."""
    user_id = None if principal is None else principal.user_id
    log.info("request_refused", refusal=type(refusal).__name__, user=user_id)
