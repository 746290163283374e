"""The numbers of the decisions D1-D24, as one value; the process fills it from its settings."""

from dataclasses import dataclass
from enum import StrEnum


class UsernameDelivery(StrEnum):
    """How a username reaches its user (D10)."""

    BLOCKS = "blocks"
    REVEAL = "reveal"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an authority may set; each field names its decision or row."""

    password_min_length: int = 8  # R72
    password_max_length: int = 128
    password_history: int = 5  # R71, D7: the current one and the four before it
    password_months: int = 6  # R69, D5
    temporary_password_days: int = 7  # D4
    sign_in_attempts: int = 5  # D3
    session_idle_minutes: int = 30
    session_hours: int = 8
    username_min_length: int = 3  # D8
    username_max_length: int = 30  # D8
    username_delivery: UsernameDelivery = UsernameDelivery.BLOCKS  # D10
    administrators_wanted: int = 2  # R39, D12
    request_days: int = 3  # D11: how long a user's request for a reset stays open
    restore_days: int = 7  # D14: how long a removal can be undone
    purge_years: int = 3  # D14: how long a removed user is kept as proof
    leaver_days: int = 30  # D14: after how long the administrators are asked again
    unused_days: int = 14  # a new user who has not signed in for so long needs attention
    confirm_months: int = 6  # R2, R30: how often the administrators are asked for the data
