"""What a request for a reset is (D11)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ResetRequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    LAPSED = "lapsed"


class RequestSource(StrEnum):
    """Where the user asked."""

    SLACK = "slack"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """A user's request; `reason` is what the administrator wrote when they declined."""

    id: int
    user_id: int
    authority_id: int
    source: RequestSource
    state: ResetRequestState
    asked_at: datetime
    decided_at: datetime | None
    decided_by: int | None
    reason: str

    @property
    def event(self) -> str:
        """Return what names the request in deliveries."""
        return f"request{self.id}"
