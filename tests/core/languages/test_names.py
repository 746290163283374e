"""Tests of the order of a person's names."""

from dataclasses import dataclass

import pytest

from core.languages.names import full_name


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Ilona Kovács"), ("da", "Ilona Kovács"), ("hu", "Kovács Ilona")]
)
def test_the_reader_s_language_orders_the_names(language: str, name: str) -> None:  # issue 16
    assert full_name(Person("Ilona", "Kovács"), language) == name


def test_a_missing_name_leaves_no_space() -> None:
    assert full_name(Person("", "Kovács"), "en") == "Kovács"
