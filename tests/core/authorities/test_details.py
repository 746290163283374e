"""The data of the Authority tab: what is acceptable, and what differs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.authorities.details import (
    AuthorityDetails,
    changed_since,
    checked,
    differing,
    host_of,
    marks_of,
    web_site_of,
)
from core.errors import BadWebSiteError, FormError
from core.limits import LONGEST_DESCRIPTION

RIGHT = AuthorityDetails(
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


def test_what_is_right_stays_as_it_is() -> None:
    assert checked(RIGHT) == RIGHT


def test_what_may_be_empty_may() -> None:
    bare = replace(RIGHT, description="", phone="", address=" ", place="", web_site="")

    assert checked(bare) == replace(bare, address="")


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("official_name", "  Health \n Agency ", "Health Agency"),
        ("country", "dk", "DK"),
        ("phone", "33 44 55 66", "+4533445566"),
        ("web_site", "health.example", "https://health.example"),
        ("languages", "DA en da", "da en"),
        ("description", "\n one  \r\ntwo\x07 ", "one\ntwo"),
        ("team_channel", "", ""),
        ("team_channel", "G0PRIVATE", "G0PRIVATE"),
    ],
)
def test_what_is_typed_is_kept_tidily(field: str, typed: str, kept: str) -> None:  # D16
    assert getattr(checked(replace(RIGHT, **{field: typed})), field) == kept


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
        # A member's id, to whom the bot would write: no channel.
        ("team_channel", "U0ANNA"),
        ("team_channel", "@anna"),
    ],
)
def test_what_is_wrong_is_refused_at_its_field(field: str, typed: str) -> None:  # R30, D16
    with pytest.raises(FormError) as refusal:
        checked(replace(RIGHT, **{field: typed}))

    assert {error.field for error in refusal.value.errors} == {field}


def test_every_mistake_is_found_at_once() -> None:
    with pytest.raises(FormError) as refusal:
        checked(replace(RIGHT, email="x", web_site="x", languages="xx"))

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
def test_what_no_browser_opens_is_no_web_site(typed: str) -> None:  # D16
    with pytest.raises(BadWebSiteError):
        web_site_of(typed)


@given(st.text(max_size=60))
def test_a_web_site_read_again_stays_itself(typed: str) -> None:
    try:
        kept = web_site_of(typed)
    except BadWebSiteError:
        return
    assert web_site_of(kept) == kept


def test_web_sites_are_compared_by_their_hosts() -> None:
    assert host_of("https://www.health.example/imi") == host_of("http://health.example")
    assert host_of("") == ""


def test_marks_tell_what_changed() -> None:  # D23
    changed = replace(RIGHT, phone="", place="Elsewhere")

    assert changed_since(RIGHT, marks_of(RIGHT)) == ()
    assert changed_since(changed, marks_of(RIGHT)) == differing(changed, RIGHT)
    assert differing(changed, RIGHT) == ("phone", "place")
