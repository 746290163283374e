"""Signs users in to the portal website, and opens, checks and ends their sessions there (D3).

Signing in has two steps, so that no transaction waits for a hash: `begin` returns the stored hash,
the caller verifies the password, and `complete` decides.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import ANONYMOUS, Act, Actor
from core.deliveries import notices
from core.deliveries.notices import Notice, NoticeType
from core.errors import SignInRefusedError
from core.passwords import rows as passwords
from core.policy import Policy
from core.secret import Secret
from core.sessions import rows
from core.sessions.rules import Session, digest_of, is_over, needs_touch
from core.signin.rules import (
    UNLOCKED,
    SignInLock,
    SignInOutcome,
    UnknownBrowserLock,
    after_failure,
    after_unknown_browser_failure,
    counts_as_known,
    outcome_of,
)
from core.users.rows import sign_in_state, users
from core.users.rules import User
from core.users.status import blocked_until


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """The user behind the typed username, and the hash to verify; None if there is none.

    `known` says that somebody signed in to this account in this browser before (D3).
    """

    user_id: int | None
    password_id: int | None
    digest: str | None
    known: bool = False


@dataclass(frozen=True, slots=True)
class SignInResult:
    """The outcome of an attempt; the user is given with OPEN and CHOOSE only."""

    outcome: SignInOutcome
    user: User | None = None


def begin(tx: Connection, username: str, known_ids: Collection[int] = frozenset()) -> SignInAttempt:
    """Return the hash to verify the typed password with; for an unknown username there is none.

    `known_ids` are the users who signed in with this browser before.
    """
    user = users.find_by_username(tx, username.strip().lower())
    if user is None:
        return SignInAttempt(None, None, None)
    known = user.id in known_ids
    if user.password_id is None:
        return SignInAttempt(user.id, None, None, known)
    digest = passwords.hash_of(tx, user.password_id)
    return SignInAttempt(user.id, user.password_id, digest, known)


def complete(
    tx: Connection, attempt: SignInAttempt, *, verified: bool, policy: Policy, now: datetime
) -> SignInResult:
    """Decide on the attempt, count a wrong password, and record both (D2, D3, D22).

    A refusal is returned, not raised, so that the transaction that records it is committed.
    """
    user = _lock_present(tx, attempt)
    if user is None:
        _record(tx, None, Act.SIGN_IN_REFUSED, now, by=ANONYMOUS)
        return SignInResult(SignInOutcome.REFUSED)
    # A password that was replaced since `begin` is not the right one.
    right = verified and user.password_id == attempt.password_id
    outcome = outcome_of(user.status, verified=right, now=now, known=attempt.known)
    if outcome in {SignInOutcome.OPEN, SignInOutcome.CHOOSE}:
        if not attempt.known:
            _unlock_unknown_browsers(tx, user)
        return _sign_in(tx, user, outcome, now)
    if not right and counts_as_known(user.status, known=attempt.known):
        _count_wrong(tx, user, policy, now)
    elif not right:
        _count_wrong_of_unknown_browser(tx, user, policy, now)
    _record(tx, user, Act.SIGN_IN_REFUSED, now, by=_actor_of(user, right=right))
    return SignInResult(outcome)


def confirm_password(
    tx: Connection, attempt: SignInAttempt, *, verified: bool, policy: Policy, now: datetime
) -> bool:
    """Return whether the password of a signed-in user was right; count a wrong one (D3).

    A browser with a session is a known one.
    """
    user = _lock_present(tx, attempt)
    if user is None:
        return False
    right = verified and user.password_id == attempt.password_id
    if right and user.status.blocked_at is None:
        _write_lock(tx, user, UNLOCKED)
        return True
    _count_wrong(tx, user, policy, now)
    _record(tx, user, Act.SIGN_IN_REFUSED, now, by=_actor_of(user, right=right))
    return False


def open_session(tx: Connection, user_id: int, token: Secret, now: datetime) -> None:
    """Open a session for the browser that has `token` in its cookie."""
    rows.add(tx, Session(digest_of(token), user_id, now, now))


def user_of_session(
    tx: Connection, token: Secret, policy: Policy, now: datetime
) -> tuple[User, bool]:
    """Return the user of the token's session, and whether its use should be written.

    Raises:
        SignInRefusedError: no session, one that has ended, or a removed or blocked user.
    """
    session = rows.find(tx, digest_of(token))
    if session is None or is_over(session, policy, now):
        raise SignInRefusedError("No session.")
    user = users.find(tx, session.user_id)
    if user is None or user.removed_at is not None or user.status.blocked_at is not None:
        raise SignInRefusedError("No session.")
    return user, needs_touch(session, now)


def is_open(tx: Connection, token: Secret, policy: Policy, now: datetime) -> bool:
    """Return whether the token's session exists and has not ended."""
    session = rows.find(tx, digest_of(token))
    return session is not None and not is_over(session, policy, now)


def touch(tx: Connection, token: Secret, now: datetime) -> None:
    """Write that the session was used."""
    rows.touch(tx, digest_of(token), now)


def sign_out(tx: Connection, token: Secret, now: datetime) -> None:
    """End the token's session and record the sign-out; do nothing if there is no session."""
    session = rows.find(tx, digest_of(token))
    if session is not None:
        rows.end(tx, session.token_digest)
        user, by = users.find(tx, session.user_id), Actor.user(session.user_id)
        _record(tx, user, Act.SIGNED_OUT, now, by=by)


def open_sessions(
    tx: Connection, user_id: int, policy: Policy, now: datetime
) -> tuple[Session, ...]:
    """Return the user's sessions that have not ended, the newest first."""
    return tuple(s for s in rows.sessions_of(tx, user_id) if not is_over(s, policy, now))


def end_others(tx: Connection, user: User, token: Secret, now: datetime) -> None:
    """End the user's sessions except that of `token`, and record the sign-out."""
    rows.end_others(tx, user.id, digest_of(token))
    _record(tx, user, Act.SIGNED_OUT, now, by=Actor.user(user.id))


def _lock_present(tx: Connection, attempt: SignInAttempt) -> User | None:
    user = None if attempt.user_id is None else users.lock(tx, attempt.user_id)
    return None if user is None or user.removed_at is not None else user


def _sign_in(tx: Connection, user: User, outcome: SignInOutcome, now: datetime) -> SignInResult:
    # A user who has to choose a new password first has signed in too (R76, D1).
    sign_in_state.mark_signed_in(tx, user, now, with_username=True)
    _record(tx, user, Act.SIGNED_IN, now, by=Actor.user(user.id))
    return SignInResult(outcome, user)


def _count_wrong(tx: Connection, user: User, policy: Policy, now: datetime) -> None:
    if user.status.blocked_at is not None:
        return
    lock = after_failure(user.wrong_passwords, now, policy)
    _write_lock(tx, user, lock)
    if lock.blocked_at is not None:
        entry_id = _record(tx, user, Act.PASSWORD_BLOCKED, now, by=ANONYMOUS)
        notices.queue_notice(tx, Notice(NoticeType.BLOCKED, user, None, entry_id, {}), now)


def _count_wrong_of_unknown_browser(
    tx: Connection, user: User, policy: Policy, now: datetime
) -> None:
    if user.status.blocked_at is not None or blocked_until(user.status, now) is not None:
        return
    lock = after_unknown_browser_failure(_unknown_browser_lock(user), now, policy)
    _write_unknown_browser_lock(tx, user, lock)
    if lock.block is not None and lock.failures == 0:
        until = lock.block.until.isoformat()
        _record(tx, user, Act.UNKNOWN_BROWSERS_BLOCKED, now, by=ANONYMOUS, until=until)


def _unlock_unknown_browsers(tx: Connection, user: User) -> None:
    """Reset the count of wrong passwords in a row, but not the length of the next block."""
    if user.unknown_browser_failures:
        _write_unknown_browser_lock(tx, user, replace(_unknown_browser_lock(user), failures=0))


def _unknown_browser_lock(user: User) -> UnknownBrowserLock:
    return UnknownBrowserLock(
        user.unknown_browser_failures,
        user.unknown_browser_blocks,
        user.status.unknown_browser_block,
    )


def _write_unknown_browser_lock(tx: Connection, user: User, lock: UnknownBrowserLock) -> None:
    sign_in_state.write_unknown_browser_lock(
        tx, user.id, failures=lock.failures, blocks=lock.blocks, block=lock.block
    )


def _write_lock(tx: Connection, user: User, lock: SignInLock) -> None:
    sign_in_state.write_failures(tx, user.id, lock.failures, lock.blocked_at)


def _actor_of(user: User, *, right: bool) -> Actor:
    """Return the actor of the attempt: the user only if the password was right."""
    return Actor.user(user.id) if right else ANONYMOUS


def _record(
    tx: Connection, user: User | None, act: Act, now: datetime, *, by: Actor, **details: object
) -> int:
    """Record the act; return the id of its audit entry."""
    audit_event = audit.event_about(
        by,
        act,
        authority_id=user.authority_id if user else None,
        user_id=user.id if user else None,
        **details,
    )
    return audit.record(tx, audit_event, now).id
