"""Records the outcomes of many attempts to send deliveries, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.deliveries import service
from core.deliveries.rows import outcomes
from core.deliveries.rows.outcomes import Retry, SentDelivery
from core.deliveries.rules import (
    MAX_BACKOFF,
    Delivery,
    DeliveryKind,
    FailureReason,
    NewDelivery,
    PostedMessage,
    is_given_up,
)
from core.users.rows import users
from core.users.rules import User

# A write that follows the sending, in the transaction that records it; returns whether it may have
# queued a delivery.
AfterSend = Callable[[Connection], bool]


@dataclass(frozen=True, slots=True)
class SendResult:
    """The results of sending a message, beyond that it was sent.

    `posted` is its place in Slack, `username_sent_to` the user who was sent their username by it,
    as they were when the message was written.
    """

    posted: PostedMessage | None = None
    username_sent_to: User | None = None
    after_send: AfterSend | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that was sent at this moment."""

    delivery: Delivery
    at: datetime
    result: SendResult


@dataclass(frozen=True, slots=True)
class NotSent:
    """A delivery that was not sent at this moment, or of which that is unknown.

    `final`: no attempt can succeed. Otherwise it is retried after `pause`, at most `MAX_BACKOFF`.
    """

    delivery: Delivery
    at: datetime
    reason: FailureReason
    final: bool
    pause: timedelta
    outcome_unknown: bool

    @property
    def fails(self) -> bool:
        """Return whether the delivery is not tried again."""
        return self.final or is_given_up(self.delivery, self.at)

    @property
    def retry(self) -> Retry:
        """Return when the delivery is retried."""
        unknown = self.delivery.outcome_unknown or self.outcome_unknown
        tried = replace(self.delivery, outcome_unknown=unknown)
        return Retry(tried, self.at + min(self.pause, MAX_BACKOFF), self.reason)


Ended = Sent | NotSent


def settle(tx: Connection, ended: Sequence[Ended]) -> bool:
    """Record the outcomes; return whether other deliveries may have been queued by that."""
    sent = [each for each in ended if isinstance(each, Sent)]
    has_resent = _settle_sent(tx, sent)
    not_sent = [each for each in ended if isinstance(each, NotSent)]
    outcomes.reschedule(tx, [each.retry for each in not_sent if not each.fails])
    failed = [each for each in not_sent if each.fails]
    for each in failed:
        service.mark_failed(tx, each.delivery, each.reason, each.at)
    queued = [each.result.after_send(tx) for each in sent if each.result.after_send is not None]
    return has_resent or bool(failed) or any(queued)


def _settle_sent(tx: Connection, sent: Sequence[Sent]) -> bool:
    """Record that these were sent; return whether a message was queued again."""
    outcomes.finish_sent(
        tx, [SentDelivery(each.delivery, each.at, each.result.posted) for each in sent]
    )
    sent_by_user = {
        user.id: each for each in sent if (user := each.result.username_sent_to) is not None
    }
    return _record_usernames_sent(tx, sent_by_user) if sent_by_user else False


def _record_usernames_sent(tx: Connection, sent_by_user: Mapping[int, Sent]) -> bool:
    """Record that these users were sent their usernames; return whether a message was queued again.

    The message is queued again if the username or the Slack member was changed while it was being
    sent. That change queued no other message, because the first one was still waiting (D8, D10).
    """
    as_sent = [user for each in sent_by_user.values() if (user := each.result.username_sent_to)]
    at = max(each.at for each in sent_by_user.values())
    outdated = sent_by_user.keys() - users.mark_usernames_known(tx, as_sent, at)
    for user in users.find_all(tx, outdated) if outdated else ():
        if user.removed_at is None and user.username_handed_over_at is None:
            by_user_id = sent_by_user[user.id].delivery.by_user_id
            again = NewDelivery(DeliveryKind.USERNAME, user.authority_id, user.id, by_user_id)
            service.queue_again(tx, again, at)
    return bool(outdated)
