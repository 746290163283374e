"""What the message about a request turns into."""

import pytest

from core.resets.rules import Request, RequestState, Source
from handlers.resets.messages import closed_message, request_message, request_words
from tests.handlers.samples import IDA
from tests.times import NOON


@pytest.mark.parametrize(("source", "said"), [(Source.SLACK, False), (Source.PORTAL, True)])
def test_what_anybody_may_have_asked_says_so(source: Source, said: bool) -> None:  # noqa: FBT001 - a table
    request = Request(1, 7, 1, source, RequestState.OPEN, NOON, None, None, "")

    message, words = request_message(request, IDA, "en"), request_words(request, IDA, "en")

    warning = "anybody who knows the username can ask"
    assert [warning in str(message.blocks), warning in str(words)] == [said, said]


@pytest.mark.parametrize(
    ("state", "reason", "end"),
    [
        (RequestState.APPROVED, "", "Approved by Ida Møller."),
        (RequestState.DECLINED, "", "Declined by Ida Møller."),
        (RequestState.DECLINED, "Not *you*", "Not"),
        (RequestState.LAPSED, "", "Nobody decided in time; it has lapsed."),
    ],
)
def test_a_closed_request_says_how_it_ended(state: RequestState, reason: str, end: str) -> None:
    request = Request(1, 7, 1, Source.SLACK, state, NOON, NOON, 7, reason)

    message = closed_message(request, IDA, IDA, "en")

    assert end in str(message.blocks)
    assert "*you*" not in str(message.blocks)
