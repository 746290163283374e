"""Counts HTTP requests that claim to be from Slack: accepted ones, and refused ones by reason.

The reason distinguishes a wrong clock from a wrong signing secret. As anyone can send any number of
requests, each reason is logged at most once in ten minutes.
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

import structlog

from bot.runtime.no_op import ignore
from bot.slack.slack_clock import SlackClock
from core.health.rules import SignedRequests

log = structlog.get_logger()

LOG_EVERY_SECONDS = 10 * 60


class RequestFault(StrEnum):
    """The reason for which a request was refused."""

    # Slack signed it, but it is too old, or from the future.
    CLOCK = "clock"
    # Somebody else signed it, or Slack did with another secret than ours.
    SIGNATURE = "signature"
    # It has no well-formed signature at all.
    UNSIGNED = "unsigned"
    TOO_LARGE = "too_large"
    # Too many others like it were being read.
    TOO_MANY = "too_many"


# Faults that an operator must see, each with what to check.
_TO_CHECK = {
    RequestFault.CLOCK: "the clock of this machine",
    RequestFault.SIGNATURE: "SLACK_SIGNING_SECRET, unless these are strangers",
}


class RequestRecord:
    """Counts accepted and refused requests, and logs why some were refused."""

    def __init__(
        self,
        slack_clock: SlackClock,
        observe: Callable[[RequestFault], None] = ignore,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slack_clock = slack_clock
        self._observe = observe
        self._monotonic = monotonic
        self._accepted = 0
        self._refused: Counter[RequestFault] = Counter()
        self._logged: Counter[RequestFault] = Counter()
        self._logged_at: dict[RequestFault, float] = {}

    @property
    def signed_requests(self) -> SignedRequests:
        """Return the numbers of right and wrong signatures since the start."""
        right = self._accepted + self._refused[RequestFault.CLOCK]
        return SignedRequests(right, self._refused[RequestFault.SIGNATURE])

    def compare_clocks(self, ahead: timedelta) -> None:
        """Record how far our clock was ahead of the timestamp of a signed request."""
        self._slack_clock.compare(ahead)

    def accept(self) -> None:
        """Count a request that Slack signed just now."""
        self._accepted += 1

    def refuse(self, fault: RequestFault, **details: int) -> None:
        """Count a refused request, and log it unless its reason was logged in the last minutes."""
        self._refused[fault] += 1
        self._observe(fault)
        now = self._monotonic()
        logged_at = self._logged_at.get(fault)
        if logged_at is not None and now - logged_at < LOG_EVERY_SECONDS:
            return
        more = self._refused[fault] - self._logged[fault]
        self._logged[fault], self._logged_at[fault] = self._refused[fault], now
        check = {"check": _TO_CHECK[fault]} if fault in _TO_CHECK else {}
        log.warning("slack_request_refused", reason=fault.value, number=more, **check, **details)
