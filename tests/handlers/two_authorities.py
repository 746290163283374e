"""Two authorities side by side: the people of one act, and nothing of the other may show.

The other one's people have names, addresses and numbers of rows that nobody else has, so that a
trace of them is found wherever it stands. What is typed about them is typed in capitals: an echo
of it is no trace.
"""

from __future__ import annotations

import re

from sandbox import Member

ALMA, OSCAR, DORA = "U0ALMA", "U0OSCAR", "U0DORA"  # administrator, user, a second administrator
PEOPLE = (ALMA, OSCAR, DORA)
ZBIGNIEWKA = "U0ZBIG"
OUR_DOMAIN = "harbour.example"

# First name, last name, username and address of each of the others; the last one was removed.
OTHERS = (
    ("Zbigniewka", "Quovadis", "kestrel.umbra", "owl@zzparsec.example"),
    ("Ypsilanta", "Wrzesnia", "lynx.penumbra", "fox@zzparsec.example"),
    ("Xanthippo", "Vexillary", "stoat.antumbra", "elk@zzparsec.example"),
    ("Umbrielle", "Tschuggen", "heron.corona", "emu@zzparsec.example"),
)
PHONE = "+4520202021"
# From where the others' rows are counted, but for authorities, whose numbers everybody may see.
THEIRS, THEIR_AUTHORITY, OURS = 7_100_000, 7_900_000, 9_000_000
_TRACES = [*(re.escape(word) for person in OTHERS for word in person), re.escape(PHONE)]
# A number of a row, and no digits of a hash.
_NUMBER = r"(?<![0-9A-Za-z])7100\d{3}(?![0-9A-Za-z])"
TRACE = re.compile("|".join([*_TRACES, _NUMBER]))


def words_about_them() -> list[str]:
    """Return what one may type to reach the others, in capitals or in pieces."""
    found = ["%", "_", "*", "", "help", "restore", "edit %", "data", "+45 20 20 20 21", "20 20 20"]
    for first, last, username, address in OTHERS:
        found += [first.upper(), f"{first} {last}".upper(), username.upper(), address.upper()]
        found += [f"edit {last.upper()}", last[:4].lower(), f"@{username.upper()}"]
    return [*found, f"<@{ZBIGNIEWKA}>", f"<@{ZBIGNIEWKA}|z>", f"@{ZBIGNIEWKA}", "ZZPARSEC.EXAMPLE"]


def members() -> list[Member]:
    """Return them as Slack knows them: by other names, for a profile is seen by everybody."""
    named = {ALMA: "Alma", OSCAR: "Oscar", DORA: "Dora", ZBIGNIEWKA: "Bea"}
    return [
        Member(one, name.lower(), f"{name} Profile", f"{name.lower()}@profile.example")
        for one, name in named.items()
    ]


def words_about_us() -> list[str]:
    """Return what one may type to reach one's own people."""
    return ["oscar", "dora.ours", f"<@{OSCAR}>", "edit oscar", "ada", "%", "ours"]
