"""The policy: a data class with the limits and periods of the rules, filled in from the settings.

One of them is the number of days in which a removed user can be restored. The limits for passwords
are in `core.password_policy`.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.password_policy import PasswordPolicy


class UsernameDelivery(StrEnum):
    """The ways in which a username is delivered to its user (D10)."""

    BLOCKS = "blocks"
    REVEAL = "reveal"


@dataclass(frozen=True, slots=True)
class Policy(PasswordPolicy):
    """The limits and periods of all rules with their defaults, each with its decision or rule."""

    session_idle_minutes: int = 30
    session_hours: int = 8
    reminder_days: tuple[int, ...] = (14, 7, 1)  # D6: before the expiry
    reminder_hour: int = 9  # D6: of the user's own time zone
    username_min_length: int = 3  # D8
    username_max_length: int = 30  # D8
    username_delivery: UsernameDelivery = UsernameDelivery.BLOCKS  # D10
    administrators_wanted: int = 2  # R39, D12
    request_days: int = 3  # D11: the lifetime of a request for a reset
    request_pause_hours: int = 24  # D11: the pause after a declined one
    requests_per_day: int = 20  # D11: those of which administrators get a message
    restore_days: int = 7  # D14: the period in which a removal can be undone
    purge_years: int = 3  # D14: the retention of a removed user's data
    leaver_days: int = 30  # D14: the interval of asking the administrators again
    unused_days: int = 14  # a new user who has not signed in by then needs attention
    confirm_months: int = 6  # R2, R30: the interval of the periodic data review
