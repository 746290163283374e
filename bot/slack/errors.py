"""Slack's errors in two classes: refused for good, or unreachable for now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from core.deliveries.rules import FailureReason

# https://docs.slack.dev/reference/methods/chat.postMessage lists these as temporary failures.
_TEMPORARY = frozenset(
    {
        *("ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"),
        *("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
    }
)
# After these errors it is certain that Slack did nothing.
NOT_DONE = frozenset({"ratelimited", "rate_limited", "paused", "not_posted_yet"})
_MEMBER_CODES = frozenset({"user_not_found", "user_disabled", "users_not_found", "cannot_dm_bot"})
_CHANNEL_CODES = frozenset(
    {
        *("channel_not_found", "not_in_channel", "is_archived", "restricted_action"),
        *("restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
    }
)
_TOO_MANY_REQUESTS = 429


class SlackRefused(Exception):  # noqa: N818 - named for what happened, as its counterpart in mail
    """Slack will never do this; `code` is Slack's error code."""

    def __init__(self, reason: FailureReason, code: str) -> None:
        super().__init__(f"Slack refused: {code}.")
        self.reason = reason
        self.code = code


class SlackUnreachable(Exception):  # noqa: N818 - named for what happened
    """Slack failed for now; it may have done it, and only its answer got lost.

    `after` is Slack's `Retry-After`, if it sent one.
    """

    def __init__(self, code: str, after: timedelta | None = None) -> None:
        super().__init__(f"Slack cannot be reached: {code}.")
        self.code = code
        self.after = after


@contextmanager
def slack_errors() -> Iterator[None]:
    """Turn the SDK's errors into ours, whose texts quote neither request nor response.

    Raises:
        SlackRefused: Slack will never do this.
        SlackUnreachable: Slack failed for now.
    """
    try:
        yield
    except SlackApiError as error:
        raise _classified(error) from None
    except (ClientError, SlackClientError, OSError, TimeoutError) as error:
        raise SlackUnreachable(type(error).__name__) from None


def _classified(error: SlackApiError) -> SlackRefused | SlackUnreachable:
    response: Any = error.response
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    # Without a code the response is an error page of Slack or of a proxy.
    status = getattr(response, "status_code", None)
    if status == _TOO_MANY_REQUESTS or code in _TEMPORARY:
        return SlackUnreachable(code or "ratelimited", _retry_after(response))
    if not isinstance(code, str):
        return SlackUnreachable(f"http_{status or getattr(response, 'status', 'unknown')}")
    return SlackRefused(_reason_of(code), code)


def _reason_of(code: str) -> FailureReason:
    if code in _MEMBER_CODES:
        return FailureReason.MEMBER
    return FailureReason.CHANNEL if code in _CHANNEL_CODES else FailureReason.SLACK_REFUSED


def _retry_after(response: Any) -> timedelta | None:  # noqa: ANN401 - two libraries' responses
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    seconds = headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
