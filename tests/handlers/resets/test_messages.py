"""Tests of the message about a request, open and closed."""

import pytest

from core.resets.rules import RequestSource, ResetRequest, ResetRequestState
from handlers.resets.messages import closed_request_message, request_message, request_text
from tests.handlers.sample_values import A_REQUEST, IDA
from tests.times import NOON


@pytest.mark.parametrize(
    ("source", "warns"), [(RequestSource.SLACK, False), (RequestSource.PORTAL, True)]
)
def test_a_request_from_the_portal_shows_its_origin(
    source: RequestSource,
    warns: bool,  # noqa: FBT001 - a table
) -> None:
    request = ResetRequest(1, 7, 1, source, ResetRequestState.OPEN, NOON, None, None, "")

    message, words = request_message(request, IDA, "en"), request_text(request, IDA, "en")

    warning = "anyone who knows the username can make one"
    assert [warning in str(message.blocks), warning in str(words)] == [warns, warns]


@pytest.mark.parametrize("last", [False, True])
def test_the_last_message_of_a_day_says_where_further_requests_are(*, last: bool) -> None:  # D11
    message = request_message(A_REQUEST, IDA, "en", last=last)
    words = request_text(A_REQUEST, IDA, "en", last=last)

    sentence = "Further requests come without a message; they are on the Home tab of the IMI app."
    assert [sentence in str(message.blocks), sentence in str(words)] == [last, last]


@pytest.mark.parametrize(
    ("state", "reason", "end"),
    [
        (ResetRequestState.APPROVED, "", "Approved by: Ida Møller."),
        (ResetRequestState.DECLINED, "", "Declined by: Ida Møller."),
        (ResetRequestState.DECLINED, "Not *you*", "Not"),
        (ResetRequestState.EXPIRED, "", "User removed: Ida Møller. By: Ida Møller."),
    ],
)
def test_a_closed_request_shows_its_outcome(
    state: ResetRequestState, reason: str, end: str
) -> None:
    request = ResetRequest(1, 7, 1, RequestSource.SLACK, state, NOON, NOON, 7, reason)

    message = closed_request_message(request, IDA, IDA, "en")

    assert end in str(message.blocks)
    assert "*you*" not in str(message.blocks)


def test_a_request_that_nobody_decided_has_expired() -> None:  # D11
    state = ResetRequestState.EXPIRED
    request = ResetRequest(1, 7, 1, RequestSource.SLACK, state, NOON, NOON, None, "")

    message = closed_request_message(request, IDA, None, "en")

    assert "Nobody decided in time; the request has expired." in str(message.blocks)
