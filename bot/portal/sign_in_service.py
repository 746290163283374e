"""Signing in, choosing a password, and sessions: reads, hashes and writes in turn."""

import asyncio
import contextlib
import math
import time
from collections.abc import Iterable
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot.portal.cookies import new_session_token
from bot.portal.dependencies import PortalDependencies
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.errors import (
    NobodyToAskError,
    PasswordRule,
    SignInError,
    SignInRefusedError,
    TemporaryLapsedError,
    ThrottledError,
    WeakPasswordError,
)
from core.passwords import service as passwords
from core.passwords.rules import broken_rules
from core.passwords.service import PasswordChoice
from core.resets import service as resets
from core.secret import Secret
from core.signin import service as signin
from core.signin.rules import SignInOutcome
from core.signin.service import SignInAttempt, SignInResult
from core.users.rules import User
from core.users.status import is_lapsed

log = structlog.get_logger()

# A full queue of `bot.runtime.hash_pool` is empty again after this time.
QUEUE_DRAINED_AFTER = timedelta(minutes=1)


class SignInService:
    """Carries out sign-ins and password changes; it never hashes inside a transaction."""

    def __init__(self, dependencies: PortalDependencies) -> None:
        self._store = dependencies.store
        self._hashing = dependencies.hashing
        self._policy = dependencies.rulebook.policy
        self._clock = dependencies.clock
        self._throttle = dependencies.throttle
        self._observe = dependencies.observe
        self._refusal_step = dependencies.refusal_step.total_seconds()

    async def sign_in(
        self, username: str, password: Secret, old_session: Secret | None = None
    ) -> Secret:
        """Return the token of a new session, which replaces the browser's old one.

        Every refusal costs one hash operation, whatever its reason (D3).

        A refusal is delayed to a multiple of `refusal_step`. Otherwise its time would give away
        which usernames exist: counting a wrong password takes two milliseconds longer than
        refusing an unknown username.

        Raises:
            ThrottledError: there were too many attempts on this account, from any address, or the
                queue of hash operations is full.
            SignInRefusedError: the sign-in is refused; the reason is not told.
            TemporaryLapsedError: the temporary password is right, but has lapsed (D2).
        """
        self._refuse_if_queue_is_full()
        self._throttle.check_account(username)
        began = time.monotonic()
        try:
            async with self._hashing.slot():
                token = await self._verify_and_open_session(username, password, old_session)
        except SignInError:
            await self._wait_for_whole_step(began)
            raise
        self._throttle.refund_account(username)
        return token

    def _refuse_if_queue_is_full(self) -> None:
        if self._hashing.is_full:
            log.warning("throttled", by="hash_queue")
            raise ThrottledError(self._clock() + QUEUE_DRAINED_AFTER)

    async def request_reset(self, username: str) -> None:
        """Request a reset for the user with this username from the administrators (D11).

        It returns after a multiple of `refusal_step` and gives no result, so that its time does
        not give away which usernames exist.
        """
        began, policy, now = time.monotonic(), self._policy, self._clock()
        with contextlib.suppress(NobodyToAskError):
            await self._store.write(
                lambda tx: resets.request_reset_by_username(tx, username, policy, now)
            )
        await self._wait_for_whole_step(began)

    async def _wait_for_whole_step(self, began: float) -> None:
        spent = time.monotonic() - began
        await asyncio.sleep(rest_of_step(spent, self._refusal_step))

    async def _verify_and_open_session(
        self, username: str, password: Secret, old_session: Secret | None
    ) -> Secret:
        token = new_session_token()
        attempt = await self._store.read(lambda tx: signin.begin(tx, username))
        verified = await self._hashing.matches(password, attempt.digest)
        now, policy = self._clock(), self._policy

        def settle(tx: Connection) -> SignInResult:
            result = signin.complete(tx, attempt, verified=verified, policy=policy, now=now)
            if result.user is not None:
                if old_session is not None:
                    signin.sign_out(tx, old_session, now)
                signin.open_session(tx, result.user.id, token, now)
            return result

        result = await self._store.write(settle)
        self._observe(result.outcome.value)
        if result.outcome == SignInOutcome.LAPSED:
            raise TemporaryLapsedError("The temporary password has run out.")
        if result.user is None:
            raise SignInRefusedError("Not let in.")
        await self._upgrade_hash(attempt, password)
        return token

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
                password that has lapsed since (D2).
        """
        if token is None:
            raise SignInRefusedError("No session.")
        now, policy = self._clock(), self._policy
        user, needs_touch = await self._store.read(
            lambda tx: signin.user_of_session(tx, token, policy, now)
        )
        if is_lapsed(user.status, now):
            raise SignInRefusedError("No session.")
        if needs_touch:
            await self._store.write(lambda tx: signin.touch(tx, token, now))
        return user

    async def choose_password(self, user: User, password: Secret, old_session: Secret) -> Secret:
        """Save the user's new password; return the token of a session that replaces the old one.

        Raises:
            WeakPasswordError: it breaks a rule (R71-R75).
            ChangedMeanwhileError, TemporaryLapsedError: as `passwords.choose`.
            SignInRefusedError: the old session has ended meanwhile.
        """
        token, policy = new_session_token(), self._policy
        recent_hashes, authority_names = await self._store.read(
            lambda tx: (
                passwords.hashes_not_to_reuse(tx, user.id, policy),
                names_of(authorities.require(tx, user.authority_id)),
            )
        )
        broken = broken_rules(password, policy, personal_words(user), authority_names)
        if broken:
            raise WeakPasswordError(broken)
        if await self._hashing.matches_any(password, recent_hashes):
            raise WeakPasswordError((PasswordRule.NOT_RECENT,))
        digest = await self._hashing.hash_of(password)
        now, choice = self._clock(), PasswordChoice(user.id, digest, replaces_id=user.password_id)

        def save(tx: Connection) -> None:
            was_open = signin.is_open(tx, old_session, policy, now)
            passwords.choose(tx, choice, policy, now)
            if not was_open:
                raise SignInRefusedError("The session ended meanwhile.")
            signin.open_session(tx, user.id, token, now)

        await self._store.write(save)
        return token

    async def confirm_password(self, user: User, password: Secret) -> None:
        """Check the user's current password; a wrong one counts as at sign-in (D3).

        Raises:
            ThrottledError: there were too many attempts of this user.
            SignInRefusedError: it is not their current password.
        """
        self._throttle.check_user(user.id)
        attempt = await self._store.read(lambda tx: signin.begin(tx, user.username))
        verified = await self._hashing.matches(password, attempt.digest)
        now, policy = self._clock(), self._policy
        confirmed = await self._store.write(
            lambda tx: signin.confirm_password(
                tx, attempt, verified=verified, policy=policy, now=now
            )
        )
        if not confirmed:
            raise SignInRefusedError("Not the current password.")
        self._throttle.refund_user(user.id)

    async def end_other_sessions(self, user: User, token: Secret) -> None:
        """End all sessions of the user except this one."""
        now = self._clock()
        await self._store.write(lambda tx: signin.end_others(tx, user, token, now))

    async def sign_out(self, token: Secret) -> None:
        """End the session."""
        now = self._clock()
        await self._store.write(lambda tx: signin.sign_out(tx, token, now))


def rest_of_step(spent: float, step: float) -> float:
    """Return the time until the next multiple of `step` is reached, all in seconds."""
    return math.ceil(spent / step) * step - spent if step else 0.0


def names_of(authority: Authority) -> Iterable[str]:
    """Return the authority's names, of which a password must not consist."""
    return (authority.official_name, authority.informal_title)


def personal_words(user: User) -> Iterable[str]:
    """Return the user's names, username and address, which a password must not contain."""
    return (user.username, user.first_name, user.last_name, user.email.partition("@")[0])
