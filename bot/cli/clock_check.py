"""Compares this machine's clock with Slack's, for the command `imi-bot doctor` (B18)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.cli.doctor_checks import Check, CheckResult
from bot.settings.settings import Settings
from bot.slack.connection import slack_client
from bot.slack.slack_clock import ahead_of
from core.health.rules import MAX_CLOCK_DIFFERENCE, NOTABLE_CLOCK_DIFFERENCE
from core.secret import Secret


async def check_clock(
    settings: Settings, now: Callable[[], float] = time.time
) -> list[CheckResult]:
    """Return whether the clock is right, and what to do; nothing if Slack cannot be reached."""
    token = Secret(settings.slack_bot_token.get_secret_value())
    async with slack_client(token, settings.slack_api_url) as client:
        try:
            answer: Any = await client.auth_test()
        except SlackApiError as error:
            # A refusal has the time too.
            answer = error.response
        except (SlackClientError, ClientError, OSError):
            return []
    ahead = ahead_of(getattr(answer, "headers", {}), now())
    return [] if ahead is None else [_result(ahead)]


def _result(ahead: timedelta) -> CheckResult:
    if abs(ahead) <= NOTABLE_CLOCK_DIFFERENCE:
        return CheckResult(Check.CLOCK, ok=True, text="clock: agrees with Slack's")
    seconds = round(ahead.total_seconds())
    direction = "ahead of" if seconds > 0 else "behind"
    limit = round(MAX_CLOCK_DIFFERENCE.total_seconds())
    return CheckResult(
        Check.CLOCK,
        ok=False,
        text=f"clock: this machine's clock is {abs(seconds)} seconds {direction} Slack's; set it,"
        f" best by NTP. From {limit} seconds on, every request that Slack sends by HTTP is refused",
    )
