"""Sample data of two authorities, to test that no data of one is shown in the other.

The other authority's users have names, addresses and row ids that nobody else has, so that any
trace of them is found. Input about them is typed in capitals, so that its echo is not a trace.
"""

from __future__ import annotations

import re

from sandbox import Member

ALMA, OSCAR, DORA = "U0ALMA", "U0OSCAR", "U0DORA"  # administrator, user, a second administrator
PEOPLE = (ALMA, OSCAR, DORA)
ZBIGNIEWKA = "U0ZBIG"
OUR_DOMAIN = "harbour.example"

# First name, last name, username and address of each user; the last one was removed.
OTHERS = (
    ("Zbigniewka", "Quovadis", "kestrel.umbra", "owl@zzparsec.example"),
    ("Ypsilanta", "Wrzesnia", "lynx.penumbra", "fox@zzparsec.example"),
    ("Xanthippo", "Vexillary", "stoat.antumbra", "elk@zzparsec.example"),
    ("Umbrielle", "Tschuggen", "heron.corona", "emu@zzparsec.example"),
)
PHONE = "+4520202021"
# The first ids of their rows, of their authority (a public id), and of our rows.
THEIRS, THEIR_AUTHORITY, OURS = 7_100_000, 7_900_000, 9_000_000
_TRACES = [*(re.escape(word) for person in OTHERS for word in person), re.escape(PHONE)]
# The id of a row, but not digits within a hash.
_NUMBER = r"(?<![0-9A-Za-z])7100\d{3}(?![0-9A-Za-z])"
TRACE = re.compile("|".join([*_TRACES, _NUMBER]))


def inputs_about_other_users() -> list[str]:
    """Return inputs that might reach the other users: in capitals, or parts of their data."""
    found = ["%", "_", "*", "", "help", "restore", "edit %", "data", "+45 20 20 20 21", "20 20 20"]
    for first, last, username, address in OTHERS:
        found += [first.upper(), f"{first} {last}".upper(), username.upper(), address.upper()]
        found += [f"edit {last.upper()}", last[:4].lower(), f"@{username.upper()}"]
    return [*found, f"<@{ZBIGNIEWKA}>", f"<@{ZBIGNIEWKA}|z>", f"@{ZBIGNIEWKA}", "ZZPARSEC.EXAMPLE"]


def members() -> list[Member]:
    """Return the Slack members; their profiles, which everybody sees, have other names."""
    named = {ALMA: "Alma", OSCAR: "Oscar", DORA: "Dora", ZBIGNIEWKA: "Bea"}
    return [
        Member(one, name.lower(), f"{name} Profile", f"{name.lower()}@profile.example")
        for one, name in named.items()
    ]


def inputs_about_own_users() -> list[str]:
    """Return inputs that reach users of one's own authority."""
    return ["oscar", "dora.ours", f"<@{OSCAR}>", "edit oscar", "ada", "%", "ours"]
