"""Tests of detecting web addresses."""

import pytest

from core.text.web_addresses import holds_web_address


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example",
        "ftp://x",
        "see WWW now",
        "evil.com",
        "Log in at evil.com/now.",
        "evil．com",
        "x@evil.example",
        "bücher.de",
        "вход.бг",
        "Holm evil.zip",
        "EVIL.EU",
        "evil.com.",
        "evil.xn--p1ai",
    ],
)
def test_what_programs_make_a_link_of_is_a_web_address(text: str) -> None:  # D32
    assert holds_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ministry of Health & Care (Dept. 3), Nord/Ost",
        "Società S.p.A.",
        "Agencija d.o.o.",
        "Region 4.2: food, 10.000 farms",
        "J.R.R. Tolkien, Jr.",
        "Dr. Ph.D. Ida",
        "Well … and so on.",
        "St.John",
        "J.R.Tolkien",
        "A.Hansen",
        "Mc.Donald",
        "Ring til mig, f.eks. mandag, m.fl., o.lign., t.ex.",
    ],
)
def test_full_stops_alone_make_no_web_address(text: str) -> None:  # D32
    assert not holds_web_address(text)


def test_an_email_address_counts_unless_it_may_stand_there() -> None:  # D32
    assert holds_web_address("My address is ida@x.example.")
    assert not holds_web_address("My address is ida@x.example.", but_email=True)
    assert holds_web_address("My address is ida@x.example, see x.example", but_email=True)
