"""Tests that an unknown time zone counts as UTC (B05)."""

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.time_zones import UTC_NAME, known_or_utc, zone_of


# Names that no tzdata knows, a folder of it, a file in it that is no zone, a path, and none.
@pytest.mark.parametrize(
    "name",
    ["Etc/Unknown", "Europe", "zone.tab", "../../etc/passwd", "Mars/Olympus\0", "ø", "x" * 999, ""],
)
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert (zone_of(name).key, known_or_utc(name)) == (UTC_NAME, UTC_NAME)


def test_no_zone_is_utc() -> None:
    assert known_or_utc(None) == UTC_NAME


@given(st.text(max_size=80))
def test_every_text_gives_a_zone(name: str) -> None:
    assert zone_of(name).key in {name, UTC_NAME}


def test_every_known_zone_is_itself() -> None:
    for name in available_timezones():
        assert known_or_utc(name) == name
