"""The policy: the limits of the decisions D1-D24 in one value, filled from the settings."""

from dataclasses import dataclass
from enum import StrEnum


class UsernameDelivery(StrEnum):
    """The ways in which a username is delivered to its user (D10)."""

    BLOCKS = "blocks"
    REVEAL = "reveal"


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits that an operator can set, with their defaults, each with its decision or rule."""

    password_min_length: int = 8  # R72
    password_max_length: int = 128
    password_history: int = 5  # R71, D7: the current one and the four before it
    password_months: int = 6  # R69, D5
    temporary_password_days: int = 7  # D4
    sign_in_attempts: int = 5  # D3
    stranger_block_minutes: int = 15  # D3: the first block for unknown browsers
    stranger_block_hours: int = 24  # D3: the longest one
    session_idle_minutes: int = 30
    session_hours: int = 8
    username_min_length: int = 3  # D8
    username_max_length: int = 30  # D8
    username_delivery: UsernameDelivery = UsernameDelivery.BLOCKS  # D10
    administrators_wanted: int = 2  # R39, D12
    request_days: int = 3  # D11: the lifetime of a request for a reset
    restore_days: int = 7  # D14: the period in which a removal can be undone
    purge_years: int = 3  # D14: the retention of a removed user's data
    leaver_days: int = 30  # D14: the interval of asking the administrators again
    unused_days: int = 14  # a new user who has not signed in by then needs attention
    confirm_months: int = 6  # R2, R30: the interval of the periodic data review
