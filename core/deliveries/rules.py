"""What a delivery is: something decided to be said, until it is said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)


class Kind(StrEnum):
    """What is said, and so by which way."""

    USERNAME = "username"  # a DM to the user (D10)
    TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 - an e-mail to the user (D4)
    ONBOARDING = "onboarding"  # a post in the authority's team channel (C5)


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a delivery failed, or waits for another attempt."""

    MAIL_REFUSED = "mail_refused"
    MAIL_UNREACHABLE = "mail_unreachable"
    SLACK_REFUSED = "slack_refused"
    SLACK_UNREACHABLE = "slack_unreachable"
    CHANNEL = "channel"
    MEMBER = "member"
    NO_USE = "no_use"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What is to be said about `user_id`, on behalf of `by_user_id`."""

    kind: Kind
    authority_id: int
    user_id: int
    by_user_id: int | None = None
    serial: int = 1

    @property
    def key(self) -> str:
        """Return what makes the delivery unique, so that nothing is said twice."""
        return f"{self.kind}:{self.user_id}:{self.serial}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as stored."""

    id: int
    key: str
    kind: Kind
    authority_id: int
    user_id: int
    by_user_id: int | None
    serial: int
    state: State
    attempts: int
    due_at: datetime
    queued_at: datetime
    done_at: datetime | None
    reason: Reason | None


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: doubling, an hour at the most."""
    pause: timedelta = FIRST_PAUSE * int(2 ** min(attempts - 1, 20))
    return min(pause, LONGEST_PAUSE)
