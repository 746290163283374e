"""What is known of a user who seems to have left (D14)."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import MemberFault


@dataclass(frozen=True, slots=True)
class Leaver:
    """A user whose Slack member was deactivated or made a guest.

    The administrators are asked at `ask_at`, for the `round`th time; None where they were asked
    and have not said anything yet.
    """

    user_id: int
    authority_id: int
    fault: MemberFault
    noticed_at: datetime
    ask_at: datetime | None
    round: int

    @property
    def event(self) -> str:
        """Return what names this round of asking in deliveries."""
        return f"leaver{int(self.noticed_at.timestamp())}.{self.round}"
