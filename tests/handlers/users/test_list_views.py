"""Tests of reading the reader's choices from the list of users."""

import pytest

from core.users.list_order import UserListCursor, UserOrder
from core.users.list_page import UserFilter, UserListQuery
from handlers.interactions import SubmittedForm
from handlers.ui.namesakes import BesideName
from handlers.users.list_choices import ListChoices, choices_in_metadata, choices_json

URGENT = UserListQuery("holm", UserFilter.NEW, "", UserOrder.URGENT)


def form_with(metadata: dict[str, object]) -> SubmittedForm:
    return SubmittedForm("V1", "", {}, metadata)


@pytest.mark.parametrize("page", ["at", "before", "after"])
@pytest.mark.parametrize(
    "found", [["only"], [["a", 1]], [["a", 1], "yes"], [[], True], "a1", 7, None, {"a": 1}]
)
def test_a_malformed_cursor_is_ignored(page: str, found: object) -> None:
    assert choices_in_metadata(form_with({page: found}), page) == ListChoices()


def test_an_unknown_choice_is_the_first_one() -> None:
    metadata: dict[str, object] = {"query": {"filter": "x", "order": "x"}, "beside": "x"}

    assert choices_in_metadata(form_with(metadata), "at") == ListChoices()


@pytest.mark.parametrize("forward", [True, False])
def test_the_choices_of_a_page_travel_with_it(*, forward: bool) -> None:
    choices = ListChoices(URGENT, BesideName.EMAIL, UserListCursor((2, "holm, ida", 7), forward))

    assert choices_in_metadata(form_with(choices_json(choices)), "at") == choices
