"""Signing in in two steps, so that the slow hash comparison stands outside the transaction (D3).

First `begin` reads what to compare with, then the caller compares, then `complete` judges.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import STRANGER, Act, Actor
from core.errors import SignInRefusedError
from core.passwords import rows as passwords
from core.policy import Policy
from core.secret import Secret
from core.sessions import rows
from core.sessions.rules import Session, digest_of, is_over, needs_touch
from core.signin.rules import SignInOutcome, after_failure, outcome_of
from core.users.rows import users
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """Who the typed username stands for, perhaps nobody, and the hash to compare with."""

    user_id: int | None
    password_id: int | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class SignInResult:
    """What came of an attempt: only OPEN and CHOOSE come with the user."""

    outcome: SignInOutcome
    user: User | None = None


def begin(tx: Connection, username: str) -> SignInAttempt:
    """Return what to compare the typed password with; for an unknown username nothing."""
    user = users.find_by_username(tx, username.strip().lower())
    if user is None or user.password_id is None:
        return SignInAttempt(None if user is None else user.id, None, None)
    return SignInAttempt(user.id, user.password_id, passwords.hash_of(tx, user.password_id))


def complete(
    tx: Connection, candidate: SignInAttempt, *, verified: bool, policy: Policy, now: datetime
) -> SignInResult:
    """Judge the attempt, count a wrong password, and put it on record (D2, D3, D22).

    It raises nothing, so that a refusal is written too.
    """
    user = _somebody(tx, candidate)
    if user is None:
        _record(tx, None, Act.SIGN_IN_REFUSED, now, by=STRANGER)
        return SignInResult(SignInOutcome.REFUSED)
    # A password replaced between look-up and now was not the right one.
    right = verified and user.password_id == candidate.password_id
    outcome = outcome_of(user.status, verified=right, now=now)
    if outcome in {SignInOutcome.OPEN, SignInOutcome.CHOOSE}:
        return _let_in(tx, user, outcome, now)
    if not right:
        _count_wrong(tx, user, policy, now)
    _record(tx, user, Act.SIGN_IN_REFUSED, now, by=_typist(user, right=right))
    return SignInResult(outcome)


def confirm_password(
    tx: Connection, candidate: SignInAttempt, *, verified: bool, policy: Policy, now: datetime
) -> bool:
    """Say whether it is the user who sits at their session; a wrong password counts (D3)."""
    user = _somebody(tx, candidate)
    if user is None:
        return False
    right = verified and user.password_id == candidate.password_id
    if right and user.status.blocked_at is None:
        users.write_failures(tx, user.id, 0, None)
        return True
    _count_wrong(tx, user, policy, now)
    _record(tx, user, Act.SIGN_IN_REFUSED, now, by=_typist(user, right=right))
    return False


def open_session(tx: Connection, user_id: int, token: Secret, now: datetime) -> None:
    """Open a session for the browser that holds `token`."""
    rows.add(tx, Session(digest_of(token), user_id, now, now))


def user_of_session(
    tx: Connection, token: Secret, policy: Policy, now: datetime
) -> tuple[User, bool]:
    """Return whose session the token opens, and whether its use should be written down.

    Raises:
        SignInRefusedError: no session, a session that is over, or a user who is gone.
    """
    session = rows.find(tx, digest_of(token))
    if session is None or is_over(session, policy, now):
        raise SignInRefusedError("No session.")
    user = users.find(tx, session.user_id)
    if user is None or user.removed_at is not None or user.status.blocked_at is not None:
        raise SignInRefusedError("No session.")
    return user, needs_touch(session, now)


def is_open(tx: Connection, token: Secret, policy: Policy, now: datetime) -> bool:
    """Say whether the session is there and not over."""
    session = rows.find(tx, digest_of(token))
    return session is not None and not is_over(session, policy, now)


def touch(tx: Connection, token: Secret, now: datetime) -> None:
    """Write that the session was used."""
    rows.touch(tx, digest_of(token), now)


def sign_out(tx: Connection, token: Secret, now: datetime) -> None:
    """End the session, on the record; an unknown one is none."""
    session = rows.find(tx, digest_of(token))
    if session is not None:
        rows.end(tx, session.token_digest)
        user, by = users.find(tx, session.user_id), Actor.user(session.user_id)
        _record(tx, user, Act.SIGNED_OUT, now, by=by)


def open_sessions(
    tx: Connection, user_id: int, policy: Policy, now: datetime
) -> tuple[Session, ...]:
    """Return the user's sessions that still open something, the newest first."""
    return tuple(s for s in rows.sessions_of(tx, user_id) if not is_over(s, policy, now))


def end_others(tx: Connection, user: User, token: Secret, now: datetime) -> None:
    """End every session of the user but the one of `token`, on the record."""
    rows.end_others(tx, user.id, digest_of(token))
    _record(tx, user, Act.SIGNED_OUT, now, by=Actor.user(user.id))


def _somebody(tx: Connection, candidate: SignInAttempt) -> User | None:
    user = None if candidate.user_id is None else users.lock(tx, candidate.user_id)
    return None if user is None or user.removed_at is not None else user


def _let_in(tx: Connection, user: User, outcome: SignInOutcome, now: datetime) -> SignInResult:
    if outcome == SignInOutcome.OPEN:
        users.mark_signed_in(tx, user, now)
    else:
        users.write_failures(tx, user.id, 0, None)
    _record(tx, user, Act.SIGNED_IN, now, by=Actor.user(user.id))
    return SignInResult(outcome, user)


def _count_wrong(tx: Connection, user: User, policy: Policy, now: datetime) -> None:
    if user.status.blocked_at is not None:
        return
    lock = after_failure(user.wrong_passwords, now, policy)
    users.write_failures(tx, user.id, lock.failures, lock.blocked_at)
    if lock.blocked_at is not None:
        _record(tx, user, Act.PASSWORD_BLOCKED, now, by=STRANGER)


def _typist(user: User, *, right: bool) -> Actor:
    """Return who typed the user's name: without the right password, anybody."""
    return Actor.user(user.id) if right else STRANGER


def _record(tx: Connection, user: User | None, act: Act, now: datetime, *, by: Actor) -> None:
    audit_event = audit.event_about(
        by,
        act,
        authority_id=user.authority_id if user else None,
        user_id=user.id if user else None,
    )
    audit.record(tx, audit_event, now)
