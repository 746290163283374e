"""What can go wrong when Slack is asked for something: refused for good, or not reached for now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from core.deliveries.rules import FailureReason

# https://docs.slack.dev/reference/methods/chat.postMessage lists these as failures of Slack's own.
_PASSING = frozenset(
    {
        *("ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"),
        *("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
    }
)
# With these nothing was done, for sure.
NOT_DONE = frozenset({"ratelimited", "rate_limited", "paused", "not_posted_yet"})
_PERSON = frozenset({"user_not_found", "user_disabled", "users_not_found", "cannot_dm_bot"})
_PLACE = frozenset(
    {
        *("channel_not_found", "not_in_channel", "is_archived", "restricted_action"),
        *("restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
    }
)
_TOO_MANY = 429


class SlackRefused(Exception):  # noqa: N818 - named for what happened, as its counterpart in mail
    """Slack will never do this; `code` is Slack's own word for why."""

    def __init__(self, reason: FailureReason, code: str) -> None:
        super().__init__(f"Slack refused: {code}.")
        self.reason = reason
        self.code = code


class SlackUnreachable(Exception):  # noqa: N818 - named for what happened
    """Slack did not do this now, or did and could not say so; `after` is when it wants it again."""

    def __init__(self, code: str, after: timedelta | None = None) -> None:
        super().__init__(f"Slack cannot be reached: {code}.")
        self.code = code
        self.after = after


@contextmanager
def slack_errors() -> Iterator[None]:
    """Turn the SDK's errors into ours, whose texts quote nothing that was sent or answered.

    Raises:
        SlackRefused: for good.
        SlackUnreachable: for now.
    """
    try:
        yield
    except SlackApiError as error:
        raise _meaning_of(error) from None
    except (ClientError, SlackClientError, OSError, TimeoutError) as error:
        raise SlackUnreachable(type(error).__name__) from None


def _meaning_of(error: SlackApiError) -> SlackRefused | SlackUnreachable:
    response: Any = error.response
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    # Without a code it is an error page, of Slack's or of something on the way.
    status = getattr(response, "status_code", None)
    if status == _TOO_MANY or code in _PASSING:
        return SlackUnreachable(code or "ratelimited", _retry_after(response))
    if not isinstance(code, str):
        return SlackUnreachable(f"http_{status or getattr(response, 'status', 'unknown')}")
    return SlackRefused(_reason_of(code), code)


def _reason_of(code: str) -> FailureReason:
    if code in _PERSON:
        return FailureReason.MEMBER
    return FailureReason.CHANNEL if code in _PLACE else FailureReason.SLACK_REFUSED


def _retry_after(response: Any) -> timedelta | None:  # noqa: ANN401 - two libraries' responses
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    seconds = headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
