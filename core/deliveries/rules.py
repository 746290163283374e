"""Data classes of deliveries (outbox rows), with their states and priorities, and the backoff."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

# A claimed delivery belongs to one worker for this long.
LEASE_TIME = timedelta(seconds=60)
FIRST_BACKOFF = timedelta(seconds=5)
MAX_BACKOFF = timedelta(hours=1)
# While an operator fixes the installation; so soon after that the messages go out.
MAX_FAULT_BACKOFF = timedelta(minutes=10)
# Longer than an outage over a long weekend. Then the delivery fails, and administrators are
# notified.
GIVE_UP_AFTER = timedelta(days=4)
# A delivery with fewer attempts is not given up: the clock may have been days ahead.
FEWEST_ATTEMPTS = 10

DeliveryDetails = Mapping[str, object]

# Names of details that hold personal data: what a person wrote, or their old address (D9). They
# are deleted as soon as the delivery is sent.
PERSONAL_DETAILS = frozenset({"reason", "text", "to"})
# Those of them that a person wrote for the recipient to read.
WRITTEN_DETAILS = frozenset({"reason", "text"})
# The name of the `AuthorityEvent` in the details: a stored value, which must not change.
EVENT_KEY = "deed"
# The name of the `NoticeType` in the details: a stored value, which must not change.
NOTICE_TYPE_KEY = "what"


class DeliveryKind(StrEnum):
    """The message that is sent, which also decides how it is sent."""

    USERNAME = "username"  # a DM to the user (D10)
    TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 - an e-mail to the user (D4)
    FIND_MEMBER = "find_member"  # no message: links an imported user who is in Slack (D21, R54)
    ONBOARDING = "onboarding"  # a post in the authority's team channel (C5)
    LEAVING = "leaving"  # the same, without personal detail
    RETURNED = "returned"  # the same: a removal that was announced there has been undone
    IMPORTED = "imported"  # the same, about many users at once
    NOTICE = "notice"  # says what was done; to the user or the authority's address (D19)
    OLD_ADDRESS = "old_address"  # to the old address of a user or an authority (D9)
    REQUEST = "request"  # to an administrator: a user asks for a reset (D11)
    REQUEST_CLOSED = "request_closed"  # redraws the message of the request
    LEAVER = "leaver"  # to an administrator: a user has left Slack (D14)
    LEAVER_CLOSED = "leaver_closed"  # redraws the message about the leaver
    HELP_REQUEST = "help_request"  # to an administrator: a user asks for something (R38)
    REPORT = "report"  # to an administrator: a user says that a detail is wrong
    AUTHORITY_NOTICE = "authority_notice"  # what was done to the authority (R31, D19)
    TITLE_TASK = "title_task"  # a post in the Commission's channel (R29, D17)
    TITLE_TASK_CLOSED = "title_task_closed"  # redraws it
    DATA_REVIEW = "still_right"  # to an administrator: is the authority's data still right? (R2)
    REMINDER = "reminder"  # to a user: the password expires (R69, R70, C3, D6)
    EXPIRY_DIGEST = "lapse_digest"  # to an administrator: temporary passwords expired unused (D4)
    TEMPORARY_EXPIRED = "lapsed"  # the same about one password, in databases of earlier versions
    WARNING = "warning"  # to an administrator: the authority lacks something (R39, R62, D12)
    UNDELIVERED = "undelivered"  # to an administrator: a message could not be sent
    NO_ADMINISTRATOR = "no_administrator"  # to an access manager: nobody can act there (D12)


class Lane(StrEnum):
    """The channel that a delivery uses first; each has a worker, and none delays the other."""

    SLACK = "slack"
    MAIL = "mail"


class Priority(IntEnum):
    """The order in which due deliveries are claimed."""

    URGENT = 0  # somebody is waiting for it
    USUAL = 1
    BULK = 2  # many at once, and none is urgent


_URGENT = frozenset(
    {
        DeliveryKind.USERNAME,
        DeliveryKind.TEMPORARY_PASSWORD,
        DeliveryKind.REQUEST,
        DeliveryKind.REQUEST_CLOSED,
        DeliveryKind.LEAVER_CLOSED,
        DeliveryKind.NO_ADMINISTRATOR,
    }
)
_BULK = frozenset(
    {
        *(DeliveryKind.REMINDER, DeliveryKind.TEMPORARY_EXPIRED, DeliveryKind.WARNING),
        *(DeliveryKind.DATA_REVIEW, DeliveryKind.FIND_MEMBER, DeliveryKind.EXPIRY_DIGEST),
    }
)
_ALWAYS_MAIL = frozenset({DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.OLD_ADDRESS})
# Those that linked recipients get by DM and by e-mail (R32, R70, D6, D19).
MAIL_COPIED = frozenset({DeliveryKind.NOTICE, DeliveryKind.AUTHORITY_NOTICE, DeliveryKind.REMINDER})
# Without a recipient, these go to the authority's address.
_MAIL_TO_ADDRESS = frozenset({DeliveryKind.NOTICE, DeliveryKind.AUTHORITY_NOTICE})


class DeliveryState(StrEnum):
    """The state of a delivery."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class FailureReason(StrEnum):
    """The reasons for which a delivery failed or is retried."""

    MAIL_REFUSED = "mail_refused"  # the mail server says that there is no such address
    MAIL_UNREACHABLE = "mail_unreachable"  # the mail server cannot be reached, or refuses for now
    MAIL_FAULT = "mail_fault"  # the mail server refuses the sender, the relay or the letter (B07)
    MAILBOX = "mailbox"  # the mailbox is full or takes no mail at the moment (B07)
    SLACK_REFUSED = "slack_refused"  # the message to replace is gone or can no longer be changed
    SLACK_UNREACHABLE = "slack_unreachable"  # Slack cannot be reached, or fails for now
    SLACK_FAULT = "slack_fault"  # Slack refuses the app or the workspace (B06)
    CHANNEL = "channel"  # the bot cannot post in the channel
    ARCHIVED = "archived"  # the channel is archived
    MEMBER = "member"  # the Slack member is unknown or cannot be a user (D21)
    OBSOLETE = "no_use"  # the message is obsolete


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message to queue, about `user_id` and on behalf of `by_user_id`.

    `recipient_id` is the user who gets it. It is None if the kind implies the recipient, and
    for a notice to the authority's address. `event` distinguishes messages of one kind about one
    user: the id of the audit entry or of the request. `details` are codes, and the few personal
    texts that are stored nowhere else (`PERSONAL_DETAILS`). `mail_copy` marks the e-mail that goes
    out beside a DM with the same content to the same recipient (R32, D19).
    """

    kind: DeliveryKind
    authority_id: int
    user_id: int
    by_user_id: int | None = None
    serial: int = 1
    recipient_id: int | None = None
    event: str = ""
    details: DeliveryDetails = field(default_factory=dict)
    mail_copy: bool = False

    @property
    def key(self) -> str:
        """Return the idempotency key, so that nothing is sent twice."""
        about = f":{self.event}:{self.recipient_id or 0}" if self.event else ""
        copy = ":mail" if self.mail_copy else ""
        return f"{self.kind}:{self.user_id}{about}{copy}:{self.serial}"

    @property
    def lane(self) -> Lane:
        """Return the channel that is tried first."""
        to_address = self.kind in _MAIL_TO_ADDRESS and self.recipient_id is None
        is_mail = self.mail_copy or to_address or self.kind in _ALWAYS_MAIL
        return Lane.MAIL if is_mail else Lane.SLACK

    @property
    def priority(self) -> Priority:
        """Return the priority, so that a new username does not wait until reminders are sent."""
        if self.kind in _URGENT:
            return Priority.URGENT
        return Priority.BULK if self.kind in _BULK else Priority.USUAL


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """The place of a message in Slack, so that it can be redrawn.

    `to` is the member or channel that it was posted to; empty if that is unknown.
    """

    channel: str
    ts: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as stored.

    `outcome_unknown` means that an earlier attempt ended without an answer, so that Slack may have
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
    outcome_unknown: bool = False
    lane: Lane = Lane.SLACK

    @property
    def is_mail_copy(self) -> bool:
        """Return whether a DM with the same content is a delivery of its own."""
        return self.lane == Lane.MAIL and self.recipient_id is not None

    def may_be_sent_since(self, now: datetime) -> datetime:
        """Return a time before which this delivery cannot have been sent."""
        # A clock that was ahead wrote a moment that has not come yet.
        return self.queued_at if self.queued_at <= now else now - GIVE_UP_AFTER


def with_mail_copy(new: NewDelivery, *, is_linked: bool) -> tuple[NewDelivery, ...]:
    """Return the deliveries to a recipient who gets a DM and an e-mail if linked (R32, D19).

    Each channel is retried on its own. An unlinked recipient gets only the e-mail, as the delivery
    itself.
    """
    return (new, replace(new, mail_copy=True)) if is_linked else (new,)


def is_given_up(delivery: Delivery, now: datetime) -> bool:
    """Return whether a delivery that failed once more is not tried again."""
    tried_often = delivery.attempts + 1 >= FEWEST_ATTEMPTS
    return tried_often and now - delivery.queued_at >= GIVE_UP_AFTER
