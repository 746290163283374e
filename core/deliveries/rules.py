"""What a delivery is: something decided to be said, until it is said; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

LEASE_TIME = timedelta(seconds=60)
FIRST_BACKOFF = timedelta(seconds=5)
MAX_BACKOFF = timedelta(hours=1)
# Longer than any outage over a weekend; after that somebody is told that it was not said.
GIVE_UP_AFTER = timedelta(days=4)

DeliveryDetails = Mapping[str, object]

# Details that are no codes: what an administrator or a user wrote, an address of before (D9).
PERSONAL_DETAILS = frozenset({"reason", "text", "to"})


class DeliveryKind(StrEnum):
    """What is said, and so by which way."""

    USERNAME = "username"  # a DM to the user (D10)
    TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 - an e-mail to the user (D4)
    ONBOARDING = "onboarding"  # a post in the authority's team channel (C5)
    LEAVING = "leaving"  # the same, without personal detail
    IMPORTED = "imported"  # the same, of many at once
    NOTICE = "notice"  # what was done, to the user or to the authority's address (D19)
    OLD_ADDRESS = "old_address"  # to the address that a user or an authority had before (D9)
    REQUEST = "request"  # to an administrator: a user asks for a reset (D11)
    REQUEST_CLOSED = "request_closed"  # redraws the message of the request
    LEAVER = "leaver"  # to an administrator: Slack says that a user has left (D14)
    LEAVER_CLOSED = "leaver_closed"  # redraws the message about the leaver
    REPORT = "report"  # to an administrator: a user says that a detail is wrong
    AUTHORITY_NOTICE = "authority_notice"  # what was done to the authority (R31, D19)
    TITLE_TASK = "title_task"  # a post in the Commission's channel (R29, D17)
    TITLE_TASK_CLOSED = "title_task_closed"  # redraws it
    STILL_RIGHT = "still_right"  # to an administrator: is the authority's data still right? (R2)
    REMINDER = "reminder"  # to a user: the password expires (R69, R70, C3, D6)
    LAPSED = "lapsed"  # to an administrator: a temporary password ran out unused (D4)
    WARNING = "warning"  # to an administrator: what an authority still lacks (R39, R62, D12)
    UNDELIVERED = "undelivered"  # to an administrator: something could not be said


class Lane(StrEnum):
    """By which way a delivery goes first: each way has its own pace, and none holds another up."""

    SLACK = "slack"
    MAIL = "mail"


class Priority(IntEnum):
    """What overtakes what."""

    URGENT = 0  # somebody waits for it to get in
    USUAL = 1
    BULK = 2  # many at once, and none of them in a hurry


_URGENT = frozenset(
    {
        DeliveryKind.USERNAME,
        DeliveryKind.TEMPORARY_PASSWORD,
        DeliveryKind.REQUEST,
        DeliveryKind.REQUEST_CLOSED,
        DeliveryKind.LEAVER_CLOSED,
    }
)
_BULK = frozenset(
    {DeliveryKind.REMINDER, DeliveryKind.LAPSED, DeliveryKind.WARNING, DeliveryKind.STILL_RIGHT}
)
_ALWAYS_MAIL = frozenset({DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.OLD_ADDRESS})
# To nobody in particular, these go to the authority's address.
_MAIL_TO_ADDRESS = frozenset({DeliveryKind.NOTICE, DeliveryKind.AUTHORITY_NOTICE})


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class FailureReason(StrEnum):
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
    """What is to be said about `user_id`, on behalf of `by_user_id`.

    `recipient_id` is the user who gets it where that is another one; None where the kind says it,
    and for a notice to the authority's address. `event` tells apart what can happen to a user
    several times: the number of the audit entry or of the request. `details` are codes; the few
    WORDS that nothing else holds are in them until they are said.
    """

    kind: DeliveryKind
    authority_id: int
    user_id: int
    by_user_id: int | None = None
    serial: int = 1
    recipient_id: int | None = None
    event: str = ""
    details: DeliveryDetails = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return what makes the delivery unique, so that nothing is said twice."""
        told = f":{self.event}:{self.recipient_id or 0}" if self.event else ""
        return f"{self.kind}:{self.user_id}{told}:{self.serial}"

    @property
    def lane(self) -> Lane:
        """Return the way it goes first."""
        to_address = self.kind in _MAIL_TO_ADDRESS and self.recipient_id is None
        return Lane.MAIL if to_address or self.kind in _ALWAYS_MAIL else Lane.SLACK

    @property
    def priority(self) -> Priority:
        """Return what it overtakes: a username never waits for reminders."""
        if self.kind in _URGENT:
            return Priority.URGENT
        return Priority.BULK if self.kind in _BULK else Priority.USUAL


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """Where in Slack a message stands, so that it can be redrawn.

    `to` is the member, or the channel, that it was posted to; empty where nobody remembers.
    """

    channel: str
    ts: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as stored.

    `possibly_sent` means that an earlier attempt ended without an answer, so that Slack may have
    the message: the worker looks for it there before it posts again.
    """

    id: int
    key: str
    kind: DeliveryKind
    authority_id: int
    user_id: int
    by_user_id: int | None
    serial: int
    state: DeliveryState
    attempts: int
    due_at: datetime
    queued_at: datetime
    done_at: datetime | None
    reason: FailureReason | None
    recipient_id: int | None = None
    event: str = ""
    details: DeliveryDetails = field(default_factory=dict)
    posted: PostedMessage | None = None
    possibly_sent: bool = False


def backoff_after(attempts: int, jitter: float = 1.0) -> timedelta:
    """Return how long to wait after so many failed attempts: doubling, an hour at the most.

    `jitter` in [0, 1] takes up to half of it away, so that what failed together does not come
    back together.
    """
    pause: timedelta = FIRST_BACKOFF * int(2 ** min(attempts - 1, 20))
    return min(pause, MAX_BACKOFF) * (0.5 + jitter / 2)
