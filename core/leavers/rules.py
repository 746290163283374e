"""The data class of a leaver (D14)."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import MemberFault


@dataclass(frozen=True, slots=True)
class Leaver:
    """A user whose Slack member was deactivated or made a guest.

    The administrators are asked at `ask_at`, for the `round`th time. It is None while they have
    been asked and have not answered. `entry_id` is the audit entry with which this was noticed.
    """

    user_id: int
    authority_id: int
    fault: MemberFault
    noticed_at: datetime
    ask_at: datetime | None
    round: int
    entry_id: int

    @property
    def event(self) -> str:
        """Return the text that names this round of asking in the keys of deliveries.

        Its numbers are unique, unlike a time.
        """
        return f"leaver{self.entry_id}.{self.round}"
