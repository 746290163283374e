"""Signs users in and out of the portal website, finds a session's user, and ends other sessions."""

import time
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot.portal.cookies import new_session_token
from bot.portal.dependencies import PortalDependencies
from bot.portal.throttle import ThrottleKey, account_key, address_key, user_key
from bot.portal.whole_steps import wait_for_whole_step
from core.errors import (
    SignInError,
    SignInRefusedError,
    TemporaryPasswordExpiredError,
    ThrottledError,
)
from core.passwords import service as passwords
from core.passwords.rules import spellings_of
from core.secret import Secret
from core.signin import service as signin
from core.signin.rules import SignInOutcome
from core.signin.service import SignInAttempt, SignInResult
from core.users.rules import User
from core.users.status import is_temporary_expired

log = structlog.get_logger()

# A full queue of `bot.runtime.hash_pool` is empty again after this time.
QUEUE_DRAINED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A typed username and password; `known_ids` are the users known from device cookies.

    A new session replaces the browser's old one.
    """

    username: str
    password: Secret
    address: str
    known_ids: frozenset[int] = frozenset()
    old_session: Secret | None = None

    @property
    def client_key(self) -> Hashable:
        """Return the key of the client that sends the request: the known browser, or the address.

        A known browser does not wait behind unknown ones with the same address.
        """
        return self.known_ids or address_key(self.address)

    def throttle_keys(self, attempt: SignInAttempt) -> tuple[ThrottleKey, ...]:
        """Return the keys by which a failure counts; unknown browsers use up no tries of the user.

        Known browsers need no other limit: five wrong passwords block the account.
        """
        if attempt.known and attempt.user_id is not None:
            return (user_key(attempt.user_id),)
        return (address_key(self.address), account_key(self.username))


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """The token of a new session, and its user."""

    token: Secret
    user_id: int


class SignInService:
    """Carries out sign-ins and knows the sessions; it never hashes inside a transaction."""

    def __init__(self, dependencies: PortalDependencies) -> None:
        self._store = dependencies.store
        self._hashing = dependencies.hashing
        self._policy = dependencies.rulebook.policy
        self._clock = dependencies.clock
        self._throttle = dependencies.throttle
        self._locks = dependencies.account_locks
        self._observe = dependencies.observe
        self._refusal_step = dependencies.refusal_step

    async def sign_in(self, request: SignInRequest) -> OpenedSession:
        """Open a session.

        Every refusal costs the same hash operations, whatever its reason (D3).

        A refusal is delayed to a multiple of `refusal_step`. Otherwise its time would give away
        which usernames exist: counting a wrong password takes two milliseconds longer than
        refusing an unknown username.

        Raises:
            ThrottledError: there were too many failures from this address, or at this account
                from any address, or the queue of hash operations is full.
            SignInRefusedError: the sign-in is refused; the reason is not told.
            TemporaryPasswordExpiredError: the temporary password is right, but has expired (D2).
        """
        if self._hashing.is_full(request.client_key):
            log.warning("throttled", by="hash_queue")
            raise ThrottledError(self._clock(), QUEUE_DRAINED_AFTER)
        if not request.known_ids:
            self._throttle.check(address_key(request.address))
        began = time.monotonic()
        try:
            async with self._hashing.slot(request.client_key):
                return await self._verify_and_open_session(request)
        except SignInError:
            await wait_for_whole_step(began, self._refusal_step)
            raise

    async def _verify_and_open_session(self, request: SignInRequest) -> OpenedSession:
        attempt = await self._store.read(
            lambda tx: signin.begin(tx, request.username, request.known_ids)
        )
        keys = request.throttle_keys(attempt)
        # One at a time for each account, so that no two attempts pass the check together.
        async with self._locks.lock_of(keys[-1]):
            self._throttle.check(*keys)
            opened = await self._settle(request, attempt)
            if opened is None:
                self._throttle.count(*keys)
                raise SignInRefusedError("Not let in.")
            return opened

    async def _settle(self, request: SignInRequest, attempt: SignInAttempt) -> OpenedSession | None:
        """Compare the password and write the outcome; return None if it is refused."""
        token, old_session = new_session_token(), request.old_session
        password = await self._hashing.first_match(spellings_of(request.password), attempt.digest)
        now, policy = self._clock(), self._policy

        def settle(tx: Connection) -> SignInResult:
            verified = password is not None
            result = signin.complete(tx, attempt, verified=verified, policy=policy, now=now)
            if result.user is not None:
                if old_session is not None:
                    signin.sign_out(tx, old_session, now)
                signin.open_session(tx, result.user.id, token, now)
            return result

        result = await self._store.write(settle)
        self._observe(result.outcome.value)
        if result.outcome == SignInOutcome.EXPIRED:
            raise TemporaryPasswordExpiredError("The temporary password has expired.")
        if result.user is None or password is None:
            return None
        await self._upgrade_hash(attempt, password)
        return OpenedSession(token, result.user.id)

    async def _upgrade_hash(self, attempt: SignInAttempt, password: Secret) -> None:
        """Hash the password again if its hash was made with other parameters than today's.

        This comes after a successful sign-in only: a second hash operation before a refusal would
        show that the password was right (D3).
        """
        user_id, password_id = attempt.user_id, attempt.password_id
        if user_id is None or password_id is None or attempt.digest is None:
            return
        if not self._hashing.is_outdated(attempt.digest):
            return
        try:
            digest = await self._hashing.hash_of(password)
            await self._store.write(
                lambda tx: passwords.upgrade_hash(tx, user_id, password_id, digest)
            )
        except Exception as error:  # noqa: BLE001 - the user is signed in, whatever happens here
            log.warning("hash_not_upgraded", error=type(error).__name__)

    async def signed_in_user(self, token: Secret | None) -> User:
        """Return the user whose session the token belongs to.

        Raises:
            SignInRefusedError: there is no such session, or it was opened with a temporary
                password that has expired since (D2).
        """
        if token is None:
            raise SignInRefusedError("No session.")
        now, policy = self._clock(), self._policy
        user, needs_touch = await self._store.read(
            lambda tx: signin.user_of_session(tx, token, policy, now)
        )
        if is_temporary_expired(user.status, now):
            raise SignInRefusedError("No session.")
        if needs_touch:
            await self._store.write(lambda tx: signin.touch(tx, token, now))
        return user

    async def end_other_sessions(self, user: User, token: Secret) -> None:
        """End all sessions of the user except this one."""
        now = self._clock()
        await self._store.write(lambda tx: signin.end_others(tx, user, token, now))

    async def sign_out(self, token: Secret) -> None:
        """End the session."""
        now = self._clock()
        await self._store.write(lambda tx: signin.sign_out(tx, token, now))
