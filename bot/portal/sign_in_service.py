"""The portal's deeds: signing in and choosing a password, with the slow hashing between."""

import asyncio
import contextlib
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
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
from core.resets import service as asking
from core.secret import Secret
from core.signin import service as signin
from core.signin.rules import SignInOutcome
from core.signin.service import SignInAttempt, SignInResult
from core.users.rules import User
from core.users.status import is_lapsed

log = structlog.get_logger()

# In this time the crowd of `bot.runtime.hash_pool` has had its turn.
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignInService:
    """Each deed is read, hash, write: no hash stands inside a transaction."""

    parts: PortalDependencies

    async def sign_in(
        self, username: str, password: Secret, before: Secret | None = None
    ) -> Secret:
        """Return the token of a new session, in the place of the one the browser had before.

        Every refusal costs one hash operation, whatever its reason (D3).

        A refusal comes after whole steps of time: counting the wrong passwords of somebody real
        takes two milliseconds more than turning nobody away, and would tell who is real.

        Raises:
            ThrottledError: there were too many attempts on this account, from wherever, or at all.
            SignInRefusedError: whoever it is does not come in; the reason is not told.
            TemporaryLapsedError: the right temporary password, too late (D2).
        """
        self._turn_away_from_a_crowd()
        self.parts.throttle.check_account(username)
        began = time.monotonic()
        try:
            async with self.parts.hashing.slot():
                token = await self._let_in(username, password, before)
        except SignInError:
            await self._until_whole_step(began)
            raise
        self.parts.throttle.refund_account(username)
        return token

    def _turn_away_from_a_crowd(self) -> None:
        if self.parts.hashing.is_full:
            log.warning("throttled", by="crowd")
            raise ThrottledError(self.parts.clock() + PATIENCE)

    async def ask(self, username: str) -> None:
        """Ask the administrators for a new password, for whoever has this username (D11).

        It takes whole steps of time and says nothing, so that nobody learns who is real.
        """
        began, parts = time.monotonic(), self.parts
        policy, now = parts.rulebook.policy, parts.clock()
        with contextlib.suppress(NobodyToAskError):
            await parts.store.write(
                lambda tx: asking.request_reset_by_username(tx, username, policy, now)
            )
        await self._until_whole_step(began)

    async def _until_whole_step(self, began: float) -> None:
        spent = time.monotonic() - began
        await asyncio.sleep(rest_of_step(spent, self.parts.refusal_step.total_seconds()))

    async def _let_in(self, username: str, password: Secret, before: Secret | None) -> Secret:
        parts, token = self.parts, Secret(new_session_token())
        candidate = await parts.store.read(lambda tx: signin.begin(tx, username))
        verified = await parts.hashing.matches(password, candidate.digest)
        now, policy = parts.clock(), parts.rulebook.policy

        def wish(tx: Connection) -> SignInResult:
            judged = signin.complete(tx, candidate, verified=verified, policy=policy, now=now)
            if judged.user is not None:
                if before is not None:
                    signin.sign_out(tx, before, now)
                signin.open_session(tx, judged.user.id, token, now)
            return judged

        judged = await parts.store.write(wish)
        parts.observe(judged.outcome.value)
        if judged.outcome == SignInOutcome.LAPSED:
            raise TemporaryLapsedError("The temporary password has run out.")
        if judged.user is None:
            raise SignInRefusedError("Not let in.")
        await self._upgrade_hash(candidate, password)
        return token

    async def _upgrade_hash(self, attempt: SignInAttempt, password: Secret) -> None:
        """Hash the password again where its hash was made with other parameters than today's.

        This comes after a successful sign-in only: a second hash operation before a refusal would
        show that the password was right (D3).
        """
        user_id, password_id, parts = attempt.user_id, attempt.password_id, self.parts
        if user_id is None or password_id is None or attempt.digest is None:
            return
        if parts.hashing.is_outdated(attempt.digest):
            digest = await parts.hashing.hash_of(password)
            await parts.store.write(
                lambda tx: passwords.upgrade_hash(tx, user_id, password_id, digest)
            )

    async def visitor(self, token: Secret | None) -> User:
        """Return whose session the token opens.

        Raises:
            SignInRefusedError: nobody's, or of a temporary password that has run out since (D2).
        """
        if token is None:
            raise SignInRefusedError("No session.")
        parts = self.parts
        now, policy = parts.clock(), parts.rulebook.policy
        user, needs_touch = await parts.store.read(
            lambda tx: signin.user_of_session(tx, token, policy, now)
        )
        if is_lapsed(user.status, now):
            raise SignInRefusedError("No session.")
        if needs_touch:
            await parts.store.write(lambda tx: signin.touch(tx, token, now))
        return user

    async def choose(self, user: User, password: Secret, before: Secret) -> Secret:
        """Make it the user's password, and return the token of a session in the place of `before`.

        Raises:
            WeakPasswordError: it breaks a rule (R71-R75).
            ChangedMeanwhileError, TemporaryLapsedError: as `passwords.choose`.
            SignInRefusedError: the session before has ended meanwhile.
        """
        parts, token = self.parts, Secret(new_session_token())
        policy = parts.rulebook.policy
        old, nearby = await parts.store.read(
            lambda tx: (
                passwords.hashes_not_to_reuse(tx, user.id, policy),
                names_of(authorities.require(tx, user.authority_id)),
            )
        )
        broken = broken_rules(password, policy, personal_words(user), nearby)
        if broken:
            raise WeakPasswordError(broken)
        if await parts.hashing.matches_any(password, old):
            raise WeakPasswordError((PasswordRule.NOT_RECENT,))
        digest = await parts.hashing.hash_of(password)
        now, choice = parts.clock(), PasswordChoice(user.id, digest, replaces_id=user.password_id)

        def wish(tx: Connection) -> None:
            still_open = signin.is_open(tx, before, policy, now)
            passwords.choose(tx, choice, policy, now)
            if not still_open:
                raise SignInRefusedError("The session ended meanwhile.")
            signin.open_session(tx, user.id, token, now)

        await parts.store.write(wish)
        return token

    async def confirm(self, user: User, password: Secret) -> None:
        """Make sure that it is the user who asks; a wrong password counts as at the door (D3).

        Raises:
            ThrottledError: there were too many attempts of this user.
            SignInRefusedError: it is not their current password.
        """
        parts = self.parts
        parts.throttle.check_user(user.id)
        candidate = await parts.store.read(lambda tx: signin.begin(tx, user.username))
        verified = await parts.hashing.matches(password, candidate.digest)
        now, policy = parts.clock(), parts.rulebook.policy
        right = await parts.store.write(
            lambda tx: signin.confirm_password(
                tx, candidate, verified=verified, policy=policy, now=now
            )
        )
        if not right:
            raise SignInRefusedError("Not the current password.")
        parts.throttle.refund_user(user.id)

    async def end_others(self, user: User, token: Secret) -> None:
        """End every session of the user but this one."""
        now = self.parts.clock()
        await self.parts.store.write(lambda tx: signin.end_others(tx, user, token, now))

    async def sign_out(self, token: Secret) -> None:
        """End the session."""
        now = self.parts.clock()
        await self.parts.store.write(lambda tx: signin.sign_out(tx, token, now))


def rest_of_step(spent: float, step: float) -> float:
    """Return how long it is until a whole number of steps is over, all in seconds."""
    return math.ceil(spent / step) * step - spent if step else 0.0


def names_of(authority: Authority) -> Iterable[str]:
    """Return what a password must not be made of alone: the authority's names."""
    return (authority.official_name, authority.informal_title)


def personal_words(user: User) -> Iterable[str]:
    """Return what a password must not hold: the user's names, username and address."""
    return (user.username, user.first_name, user.last_name, user.email.partition("@")[0])
