"""How long a portal session lives: a pure rule."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.policy import Policy
from core.secret import Secret

# Using a session is written down at most this often, so that reading a page seldom writes.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser; the token itself is only in its cookie."""

    token_digest: str
    user_id: int
    opened_at: datetime
    seen_at: datetime


def digest_of(token: Secret) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()


def is_over(session: Session, policy: Policy, now: datetime) -> bool:
    """Say whether the session was idle for too long or is too old."""
    idle = now - session.seen_at > timedelta(minutes=policy.session_idle_minutes)
    old = now - session.opened_at > timedelta(hours=policy.session_hours)
    return idle or old


def needs_touch(session: Session, now: datetime) -> bool:
    """Say whether its use should be written down."""
    return now - session.seen_at >= TOUCH_EVERY
