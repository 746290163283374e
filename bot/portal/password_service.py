"""Confirms the current password of a user signed in to the website, and saves a new one."""

from collections.abc import Hashable, Iterable

import structlog
from sqlalchemy import Connection

from bot.portal.cookies import new_session_token
from bot.portal.dependencies import PortalDependencies
from bot.portal.sign_in_service import QUEUE_DRAINED_AFTER
from bot.portal.throttle import ThrottleKind, user_key
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.errors import PasswordRule, SignInRefusedError, ThrottledError, WeakPasswordError
from core.passwords import service as passwords
from core.passwords.rules import broken_rules, spellings_of
from core.passwords.service import PasswordChoice
from core.secret import Secret
from core.signin import service as signin
from core.users.rules import User

log = structlog.get_logger()


class PasswordService:
    """Confirms and saves passwords of signed-in users; it never hashes inside a transaction.

    The requests of one user are served one by one, and take a single place in the queue of hash
    operations.
    """

    def __init__(self, dependencies: PortalDependencies) -> None:
        self._store = dependencies.store
        self._hashing = dependencies.hashing
        self._policy = dependencies.rulebook.policy
        self._clock = dependencies.clock
        self._throttle = dependencies.throttle
        self._locks = dependencies.account_locks

    async def confirm_password(self, user: User, password: Secret) -> None:
        """Check the user's current password; a wrong one counts as at sign-in (D3).

        Raises:
            ThrottledError: there were too many failures of this user, or the queue is full.
            SignInRefusedError: it is not their current password.
        """
        key = user_key(user.id)
        self._refuse_if_queue_is_full(key)
        async with self._hashing.slot(key), self._locks.lock_of(key):
            self._throttle.check(key)
            attempt = await self._store.read(lambda tx: signin.begin(tx, user.username))
            matching = await self._hashing.first_match(spellings_of(password), attempt.digest)
            now, policy = self._clock(), self._policy
            confirmed = await self._store.write(
                lambda tx: signin.confirm_password(
                    tx, attempt, verified=matching is not None, policy=policy, now=now
                )
            )
            if not confirmed:
                self._throttle.count(key)
                raise SignInRefusedError("Not the current password.")

    async def choose_password(self, user: User, password: Secret, old_session: Secret) -> Secret:
        """Save the user's new password; return the token of a session that replaces the old one.

        Raises:
            WeakPasswordError: it breaks a rule (R71-R75).
            ThrottledError: the user sent too many passwords, or the queue is full.
            ChangedMeanwhileError: the password has changed meanwhile, or is blocked.
            TemporaryPasswordExpiredError: the temporary password has expired (D2).
            SignInRefusedError: the old session has ended meanwhile.
        """
        names = await self._store.read(
            lambda tx: names_of(authorities.require(tx, user.authority_id))
        )
        broken = broken_rules(password, self._policy, personal_words(user), names)
        if broken:
            raise WeakPasswordError(broken)
        client_key, key = user_key(user.id), user_key(user.id, ThrottleKind.PASSWORD_CHANGE)
        self._refuse_if_queue_is_full(client_key)
        async with self._hashing.slot(client_key):
            self._throttle.check(key)
            self._throttle.count(key)
            return await self._save(user, password, old_session)

    async def _save(self, user: User, password: Secret, old_session: Secret) -> Secret:
        token, policy = new_session_token(), self._policy
        recent_hashes = await self._store.read(
            lambda tx: passwords.hashes_not_to_reuse(tx, user.id, policy)
        )
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

    def _refuse_if_queue_is_full(self, client_key: Hashable) -> None:
        if self._hashing.is_full(client_key):
            log.warning("throttled", by="hash_queue")
            raise ThrottledError(self._clock(), QUEUE_DRAINED_AFTER)


def names_of(authority: Authority) -> Iterable[str]:
    """Return the authority's names, of which a password must not consist."""
    return (authority.official_name, authority.informal_title)


def personal_words(user: User) -> Iterable[str]:
    """Return the user's names, username and address, which a password must not contain."""
    return (user.username, user.first_name, user.last_name, user.email.partition("@")[0])
