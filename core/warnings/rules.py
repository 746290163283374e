"""What an authority can lack, and when its administrators are told (R39, R62, D12); pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.role_keys import RoleKey

# Days after which they are told, for the first time, the second, and so on (R39); then monthly.
FIRST_WARNING_DAYS = (1, 7, 30)
DAYS_BETWEEN_LATER_WARNINGS = 30


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """An authority without a second administrator (`role` is None), or a role nobody holds."""

    authority_id: int
    role: RoleKey | None = None

    @property
    def code(self) -> str:
        """Return what names the lack within its authority; empty for the second administrator."""
        return "" if self.role is None else str(self.role)


@dataclass(frozen=True, slots=True)
class WarningState:
    """A lack as known: since when, and how often the administrators were told."""

    id: int
    gap: Gap
    since: datetime
    told: int


def next_warning_at(since: datetime, told: int) -> datetime:
    """Return when the administrators are told for the next time."""
    days = (
        FIRST_WARNING_DAYS[told]
        if told < len(FIRST_WARNING_DAYS)
        else FIRST_WARNING_DAYS[-1]
        + DAYS_BETWEEN_LATER_WARNINGS * (told - len(FIRST_WARNING_DAYS) + 1)
    )
    return since + timedelta(days=days)


def warnings_due_by(since: datetime, now: datetime) -> int:
    """Return how often they should have been told by now: what an outage swallowed is not said."""
    told = 0
    while next_warning_at(since, told) <= now:
        told += 1
    return told
