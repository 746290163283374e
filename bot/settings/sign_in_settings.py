"""The settings for signing in to the portal and for requests for a password reset (D3, D11)."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from core.policy import Policy

Count = Annotated[int, Field(ge=1)]

# The settings of the policy have its defaults, which are in `core/policy.py`.
_POLICY = Policy()


class SignInSettings(BaseSettings):
    """The limits of failures, blocks, sessions and requests for a reset."""

    imi_throttle_per_minute: int | None = Field(
        None,
        ge=1,
        description="Failures to sign in per minute from one address, instead of 10 (D3).",
    )
    imi_throttle_per_hour: int | None = Field(
        None,
        ge=1,
        description="Failures to sign in per hour from one address, instead of 60 (D3).",
    )
    imi_stranger_block_minutes: int = Field(
        _POLICY.stranger_block_minutes,
        ge=1,
        le=60 * 24,
        description="Minutes for which five wrong passwords block an account for browsers that "
        "never signed in to it; each further block lasts twice as long (D3).",
    )
    imi_stranger_block_hours: int = Field(
        _POLICY.stranger_block_hours,
        ge=1,
        le=24 * 365,
        description="Hours that such a block lasts at most (D3).",
    )
    imi_session_idle_minutes: Count = Field(
        _POLICY.session_idle_minutes,
        description="Minutes after which an unused portal session ends.",
    )
    imi_session_hours: Count = Field(
        _POLICY.session_hours, description="Hours after which every portal session ends."
    )
    imi_request_days: Count = Field(
        _POLICY.request_days,
        description="Days after which a user's open request for a reset expires (D11).",
    )
    imi_request_pause_hours: Count = Field(
        _POLICY.request_pause_hours,
        description="Hours after a declined request for a reset in which the user cannot ask "
        "again (D11).",
    )
    imi_requests_per_day: Count = Field(
        _POLICY.requests_per_day,
        description="Requests for a reset a day of which an authority's administrators get a "
        "message, those from Slack and those from the portal each; more are only shown on the "
        "Home tab (D11).",
    )

    @property
    def throttle(self) -> tuple[int | None, int | None]:
        """Return the failures to sign in allowed per minute and per hour; None is the usual."""
        return self.imi_throttle_per_minute, self.imi_throttle_per_hour
