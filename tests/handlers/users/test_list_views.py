"""Tests of reading the list of users from a modal."""

from handlers.payloads import SubmittedForm
from handlers.users import list_views


def test_a_malformed_cursor_is_ignored() -> None:
    form = SubmittedForm("V1", "", {}, {"after": ["only"]})

    assert list_views.cursor_in(form, forward=True) is None
