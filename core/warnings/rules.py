"""Data classes of a gap (a role with too few holders), and the times of warnings about it.

The rules are R39, R62 and D12.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.role_keys import RoleKey

# Days from the beginning of a gap to the first warnings (R39).
FIRST_WARNING_DAYS = (1, 7, 30)
DAYS_BETWEEN_LATER_WARNINGS = 30


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A role that too few users of an authority hold; `role` None is the second administrator."""

    authority_id: int
    role: RoleKey | None = None

    @property
    def code(self) -> str:
        """Return the gap's code within its authority: the role key, or "" without a role."""
        return "" if self.role is None else str(self.role)


@dataclass(frozen=True, slots=True)
class WarningState:
    """A known gap: when it began, and how many warnings were queued."""

    id: int
    gap: Gap
    since: datetime
    warned: int


def next_warning_at(since: datetime, warned: int) -> datetime:
    """Return when the next warning is due, after `warned` earlier ones."""
    if warned < len(FIRST_WARNING_DAYS):
        return since + timedelta(days=FIRST_WARNING_DAYS[warned])
    later = warned - len(FIRST_WARNING_DAYS) + 1
    return since + timedelta(days=FIRST_WARNING_DAYS[-1] + DAYS_BETWEEN_LATER_WARNINGS * later)


def warnings_due_by(since: datetime, now: datetime) -> int:
    """Return the number of warnings due by now, including those that an outage prevented."""
    number = 0
    while next_warning_at(since, number) <= now:
        number += 1
    return number
