"""Limits requests for a password reset: a pause after a declined one, and messages per day (D11).

The messages are those that ask administrators to decide.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.errors import RequestPausedError
from core.policy import Policy
from core.resets import rows
from core.resets.rules import RequestSource
from core.users.member_time_zones import time_zone_of
from core.users.rows import users


def require_no_pause(
    tx: Connection, user_id: int, source: RequestSource, policy: Policy, now: datetime
) -> None:
    """Refuse a request that comes too soon after a declined one (D11).

    On the portal anybody can ask in the user's name: what is declined there does not keep the
    user from asking in Slack.

    Raises:
        RequestPausedError: it says when the user can ask again.
    """
    sources = {RequestSource.SLACK, source}
    declined_at = rows.last_declined(tx, user_id, sources, now)
    if declined_at is None:
        return
    until = declined_at + timedelta(hours=policy.request_pause_hours)
    if now < until:
        user = users.require(tx, user_id)
        raise RequestPausedError(until, time_zone_of(tx, user))


def messages_left(
    tx: Connection, authority_id: int, source: RequestSource, policy: Policy, now: datetime
) -> int:
    """Return of how many more requests today the authority's administrators get a message (D11).

    The others wait on the Home tab. Requests from Slack and from the portal are counted apart, so
    that people who are not signed in use up nothing of what users can do in Slack.
    """
    requested = rows.count_requested(tx, authority_id, source, now - timedelta(days=1), now)
    return max(0, policy.requests_per_day - requested)
