"""The data class of a request for a password reset, with its states and sources (Slack, portal)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ResetRequestState(StrEnum):
    """The state of a request."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "lapsed"


class RequestSource(StrEnum):
    """The places in which a user can make a request."""

    SLACK = "slack"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """A user's request; `reason` is what an administrator wrote on declining it.

    A request that expired because the user was removed has `decided_by`: who removed them.
    """

    id: int
    user_id: int
    authority_id: int
    source: RequestSource
    state: ResetRequestState
    requested_at: datetime
    decided_at: datetime | None
    decided_by: int | None
    reason: str

    @property
    def event(self) -> str:
        """Return the text that names the request in the keys of deliveries."""
        return f"request{self.id}"
