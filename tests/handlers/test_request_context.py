"""Tests of the context of a request."""

import pytest

from core.errors import NotAUserError
from handlers.request_context import context_of


def test_a_member_who_is_no_user_has_no_context() -> None:  # D21
    with pytest.raises(NotAUserError):
        context_of(None)
