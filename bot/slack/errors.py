"""Classifies Slack's errors: refused for good, refused until an operator acts, unreachable.

An error about one member, channel or earlier message is refused for good (B06). Every other error
code, even an unknown one, concerns the app, its token or the workspace: the operator can fix it, so
the message waits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from core.deliveries.rules import FailureReason

# The reference of each method (https://docs.slack.dev/reference/methods) lists these codes.
# They pass by themselves.
_TEMPORARY = frozenset(
    {
        *("ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"),
        *("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
        *("update_failed", "external_channel_migrating"),
    }
)
# After these errors it is certain that Slack did nothing.
NOT_DONE = frozenset({"ratelimited", "rate_limited", "paused", "not_posted_yet"})
_MEMBER_CODES = frozenset(
    {
        *("user_not_found", "users_not_found", "user_disabled", "user_not_visible"),
        *("cannot_dm_bot", "invalid_user_combination"),
    }
)
# In a direct message, these are about the workspace and not about the channel.
_RESTRICTIONS = frozenset(
    {
        *("restricted_action", "restricted_action_read_only_channel"),
        *("restricted_action_thread_only_channel", "restricted_action_non_threadable_channel"),
        "restricted_action_thread_locked",
    }
)
_CHANNEL_CODES = _RESTRICTIONS | {
    *("channel_not_found", "not_in_channel", "channel_is_limited_access"),
    *("too_many_members", "method_not_supported_for_channel_type"),
}
# An earlier message or a file that is gone, or that can no longer be changed.
_MESSAGE_CODES = frozenset(
    {
        *("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"),
        *("block_mismatch", "streaming_state_conflict"),
        *("file_not_found", "file_deleted", "not_visible"),
    }
)
ARCHIVED_CODE = "is_archived"
_TOO_MANY_REQUESTS = 429


class SlackRefused(Exception):  # noqa: N818 - named for what happened, as its counterpart in mail
    """Slack refuses the call, and a later attempt cannot succeed; `code` is Slack's error code."""

    def __init__(self, reason: FailureReason, code: str) -> None:
        super().__init__(f"Slack refused: {code}.")
        self.reason = reason
        self.code = code


class SlackUnreachable(Exception):  # noqa: N818 - named for what happened
    """Slack did not answer as expected; it may have done what was asked, if its answer was lost.

    `after` is Slack's `Retry-After`, if it sent one.
    """

    what_happened = "Slack cannot be reached"

    def __init__(self, code: str, after: timedelta | None = None) -> None:
        super().__init__(f"{self.what_happened}: {code}.")
        self.code = code
        self.after = after


class SlackUnusable(SlackUnreachable):
    """Slack refuses the app, its token or the call, until the operator fixes the installation.

    Slack has certainly done nothing. `code` is Slack's error code.
    """

    what_happened = "Slack does not accept this from the app"


@contextmanager
def slack_errors(*, in_dm: bool = False) -> Iterator[None]:
    """Turn the SDK's errors into ours, whose texts quote neither request nor response.

    `in_dm` says that the call is about a direct message.

    Raises:
        SlackRefused: Slack will never do this.
        SlackUnusable: Slack does not do this until the installation is fixed.
        SlackUnreachable: Slack failed for now.
    """
    try:
        yield
    except SlackApiError as error:
        raise _classified(error, in_dm=in_dm) from None
    except (ClientError, SlackClientError, OSError, TimeoutError) as error:
        raise SlackUnreachable(type(error).__name__) from None


def _classified(error: SlackApiError, *, in_dm: bool) -> SlackRefused | SlackUnreachable:
    response: Any = error.response
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    # Without a code the response is an error page of Slack or of a proxy.
    status = getattr(response, "status_code", None)
    if status == _TOO_MANY_REQUESTS or code in _TEMPORARY:
        return SlackUnreachable(code or "ratelimited", _retry_after(response))
    if not isinstance(code, str):
        return SlackUnreachable(f"http_{status or getattr(response, 'status', 'unknown')}")
    reason = None if in_dm and code in _RESTRICTIONS else _reason_of(code)
    return SlackUnusable(code) if reason is None else SlackRefused(reason, code)


def _reason_of(code: str) -> FailureReason | None:
    """Return why Slack refuses for good; None if the refusal is about the installation."""
    if code in _MEMBER_CODES:
        return FailureReason.MEMBER
    if code == ARCHIVED_CODE:
        return FailureReason.ARCHIVED
    if code in _CHANNEL_CODES:
        return FailureReason.CHANNEL
    return FailureReason.SLACK_REFUSED if code in _MESSAGE_CODES else None


def _retry_after(response: Any) -> timedelta | None:  # noqa: ANN401 - two libraries' responses
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    seconds = headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
