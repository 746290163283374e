"""The limits for passwords: length, history, lifetimes, failures before a block (R69-R75).

These are the defaults; all but `sign_in_attempts` can be set, in `bot/settings`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """The limits for passwords, each with its rule or decision."""

    password_min_length: int = 8  # R72
    password_max_length: int = 128
    password_history: int = 5  # R71, D7: the current one and the four before it
    password_months: int = 6  # R69, D5
    temporary_password_days: int = 7  # D4
    sign_in_attempts: int = 5  # D3; fixed
    stranger_block_minutes: int = 15  # D3: the first block for unknown browsers
    stranger_block_hours: int = 24  # D3: the longest one
