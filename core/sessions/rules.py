"""The data class of a session of the portal website, its token's digest, and its time limits."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.policy import Policy
from core.secret import Secret

# The use of a session is written at most this often, so that most page views only read.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. The token itself is only in its cookie; the digest is stored."""

    token_digest: str
    user_id: int
    opened_at: datetime
    seen_at: datetime


def digest_of(token: Secret) -> str:
    """Return the digest under which a session is stored."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()


def is_over(session: Session, policy: Policy, now: datetime) -> bool:
    """Return whether the session was idle for too long, or was opened too long ago.

    A time that lies as far in the future counts as well: a clock that was ahead wrote it, and the
    session would last too long (B03).
    """
    idle = abs(now - session.seen_at) > timedelta(minutes=policy.session_idle_minutes)
    old = abs(now - session.opened_at) > timedelta(hours=policy.session_hours)
    return idle or old


def needs_touch(session: Session, now: datetime) -> bool:
    """Return whether the session's use should be written again."""
    return abs(now - session.seen_at) >= TOUCH_EVERY
