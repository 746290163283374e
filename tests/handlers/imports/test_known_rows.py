"""Tests of the numbers of rows in the private metadata of a modal."""

import random

import pytest

from core.imports.rules import MAX_ROWS
from handlers.imports.known_rows import packed, unpacked
from handlers.interactions import BadPayloadError


@pytest.mark.parametrize("numbers", [(), (2,), (2, 3, 9_999), range(2, MAX_ROWS + 2)])
def test_packed_numbers_are_unpacked_as_they_were(numbers: range | tuple[int, ...]) -> None:
    assert unpacked(packed(numbers)) == frozenset(numbers)


def test_those_of_the_longest_file_fit_into_the_metadata() -> None:
    """Slack allows 3000 characters; every second row at random compresses worst."""
    some = random.Random(1).sample(range(2, MAX_ROWS + 2), MAX_ROWS // 2)  # noqa: S311 - no secret

    assert len(packed(some)) <= 1600
    assert unpacked(packed(some)) == frozenset(some)


def test_foreign_metadata_is_refused() -> None:
    with pytest.raises(BadPayloadError):
        unpacked("nonsense!")


def test_a_modal_of_an_older_version_has_no_known_rows() -> None:
    assert unpacked("") == frozenset()
