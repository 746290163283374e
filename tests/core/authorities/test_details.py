"""Tests of validating and comparing an authority's data."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.authorities.details import AuthorityDetails, checked_details, field_versions, host_of
from core.contacts import web_site_of
from core.errors import BadWebSiteError, FormError
from core.merging import changed_fields
from core.text_lengths import LONGEST_DESCRIPTION

VALID = AuthorityDetails(
    official_name="Health Agency",
    informal_title="Health",
    description="We look after health.\nAnd more.",
    text_language="da",
    email="office@health.example",
    phone="+4533445566",
    address="Street 1",
    place="Fjordby",
    web_site="https://www.health.example/imi",
    country="DK",
    languages="da en",
    team_channel="C0TEAM",
)


def test_valid_data_stay_unchanged() -> None:
    assert checked_details(VALID) == VALID


def test_optional_fields_may_be_empty() -> None:
    bare = replace(VALID, description="", phone="", address=" ", place="", web_site="")

    assert checked_details(bare) == replace(bare, address="")


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("official_name", "  Health \n Agency ", "Health Agency"),
        ("country", "dk", "DK"),
        ("country", "EL", "GR"),
        ("country", "uk ", "GB"),
        ("phone", "33 44 55 66", "+4533445566"),
        ("web_site", "health.example", "https://health.example"),
        ("languages", "DA en da", "da en"),
        ("description", "\n one  \r\ntwo\x07 ", "one\ntwo"),
        ("team_channel", "", ""),
        ("team_channel", "G0PRIVATE", "G0PRIVATE"),
    ],
)
def test_typed_values_are_normalised(field: str, typed: str, stored: str) -> None:  # D16
    assert getattr(checked_details(replace(VALID, **{field: typed})), field) == stored


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("official_name", " "),
        ("official_name", "x" * 301),
        ("informal_title", ""),
        ("informal_title", "x" * 201),
        ("description", "x" * (LONGEST_DESCRIPTION + 1)),
        ("text_language", "xx"),
        ("email", "office"),
        ("phone", "12"),
        ("address", "x" * 301),
        ("place", "x" * 101),
        ("web_site", "ftp://health.example"),
        ("country", "Denmark"),
        ("languages", ""),
        ("languages", "da xx"),
        # A member's id is no channel: the bot would send a DM.
        ("team_channel", "U0ANNA"),
        ("team_channel", "@anna"),
    ],
)
def test_an_invalid_value_is_refused_at_its_field(field: str, typed: str) -> None:  # R30, D16
    with pytest.raises(FormError) as refusal:
        checked_details(replace(VALID, **{field: typed}))

    assert {error.field for error in refusal.value.errors} == {field}


def test_all_invalid_fields_are_reported_at_once() -> None:
    with pytest.raises(FormError) as refusal:
        checked_details(replace(VALID, email="x", web_site="x", languages="xx"))

    assert [error.field for error in refusal.value.errors] == ["email", "web_site", "languages"]


@pytest.mark.parametrize(
    "typed",
    [
        "health",
        "https://",
        "https://10.0.0.1/",
        "javascript://x.example",
        "https://a b.example",
        "https://user:pw@health.example",
        "https://[x",
        "https://health..example",
        "https://health.example/" + "x" * 300,
    ],
)
def test_an_invalid_web_site_is_refused(typed: str) -> None:  # D16
    with pytest.raises(BadWebSiteError):
        web_site_of(typed)


@given(st.text(max_size=60))
def test_normalising_a_web_site_twice_changes_nothing(typed: str) -> None:
    try:
        url = web_site_of(typed)
    except BadWebSiteError:
        return
    assert web_site_of(url) == url


def test_web_sites_are_compared_by_their_hosts() -> None:
    assert host_of("https://www.health.example/imi") == host_of("http://health.example")
    assert host_of("") == ""


def test_version_marks_show_which_fields_changed() -> None:  # D23
    changed = replace(VALID, phone="", place="Elsewhere")

    before, after = field_versions(VALID), field_versions(changed)
    assert tuple(name for name in before if before[name] != after[name]) == ("phone", "place")
    assert changed_fields(changed, VALID) == ("phone", "place")
