"""Queues all failed messages of an authority again, with an audit entry for each (B07)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.deliveries import service
from core.deliveries.rows import deliveries, failures
from core.deliveries.rules import DeliveryKind
from core.errors import NotFoundError, NothingToSendError, OwnPasswordError, ResetNeededError
from core.users.principals import Principal, require_administrator

# Small batches keep the write lock short, so that other writes get in between.
BATCH_SIZE = 50


@dataclass(frozen=True, slots=True)
class FailedMessages:
    """The failed messages of an authority: their ids, oldest first, and how many of each kind."""

    ids: tuple[int, ...]
    by_kind: tuple[tuple[DeliveryKind, int], ...]

    @property
    def newest_id(self) -> int:
        """Return the highest id; 0 if there is none."""
        return max(self.ids, default=0)


@dataclass(frozen=True, slots=True)
class ResendReport:
    """The result: how many messages were queued again, and how many are no longer needed.

    `expired` are the users whose password has expired or is blocked, so that only a reset helps
    (D2, D3);
    `own` says that the principal's own temporary password was left out (R67).
    """

    queued: int = 0
    not_needed: int = 0
    expired: tuple[int, ...] = ()
    own: bool = False

    @property
    def done(self) -> int:
        """Return how many messages were handled."""
        return self.queued + self.not_needed + len(self.expired) + self.own

    def __add__(self, other: "ResendReport") -> "ResendReport":
        """Return the sum of both reports."""
        return ResendReport(
            self.queued + other.queued,
            self.not_needed + other.not_needed,
            self.expired + other.expired,
            self.own or other.own,
        )


def failed_messages(
    tx: Connection, principal: Principal, up_to: int | None = None
) -> FailedMessages:
    """Return the authority's failed messages; none newer than the id `up_to`, if one is given.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    by = require_administrator(tx, principal)
    found = failures.failed_kinds(tx, by.authority_id, up_to)
    counts = Counter(found.values())
    by_kind = tuple((kind, counts[kind]) for kind in DeliveryKind if kind in counts)
    return FailedMessages(tuple(sorted(found)), by_kind)


def send_again(
    tx: Connection, principal: Principal, delivery_ids: Iterable[int], now: datetime
) -> ResendReport:
    """Queue each of these messages again; those that cannot be sent are only counted.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    report = ResendReport()
    for delivery_id in delivery_ids:
        report += _send_one(tx, principal, delivery_id, now)
    return report


def in_batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """Return the ids in batches, each for a transaction of its own."""
    return (ids[first : first + BATCH_SIZE] for first in range(0, len(ids), BATCH_SIZE))


def _send_one(
    tx: Connection, principal: Principal, delivery_id: int, now: datetime
) -> ResendReport:
    failed = deliveries.find(tx, delivery_id)
    try:
        service.send_again(tx, principal, delivery_id, now)
    except ResetNeededError:
        return ResendReport(expired=() if failed is None else (failed.user_id,))
    except OwnPasswordError:
        return ResendReport(own=True)
    except (NotFoundError, NothingToSendError):
        return ResendReport(not_needed=1)
    return ResendReport(queued=1)
