"""The settings for the reminders that a password expires (D6)."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from bot.settings.checks import parse_reminder_days
from core.policy import Policy

# The settings of the policy have its defaults, which are in `core/policy.py`.
_POLICY = Policy()


class ReminderSettings(BaseSettings):
    """The days and the hour of the reminders."""

    imi_reminder_days: Annotated[
        tuple[int, ...], NoDecode, BeforeValidator(parse_reminder_days)
    ] = Field(
        _POLICY.reminder_days,
        description="Days before the expiry of a password on which its user is reminded, up to "
        "five, separated by commas; the reminder on the day itself is always sent (D6).",
    )
    imi_reminder_hour: int = Field(
        _POLICY.reminder_hour,
        ge=0,
        le=23,
        description="Hour of the reminders, in the user's own time zone, and of the digest of "
        "expired temporary passwords, in Brussels (D4, D6).",
    )
