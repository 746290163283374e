"""Tests of names in mail headers, as the bytes that are sent."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address

import pytest

from bot.mail.letter import Letter
from bot.mail.mime import mime_message
from tests.times import NOON


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?Ida=0D=0ABcc:_x=40evil.example?=",
        "=?utf-8?b?SWRhDQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
        'Ida" <x@evil.example>, "Bo',
        "<!date^1^{date}^https://evil.example|x>",
        "Ida (Holm); Bo: x@evil.example, Eva",
        "a" + "&" * 160,
        "Łukasz Żółć" * 14,
        "Ida O'Brien-Holm",
    ],
)
@pytest.mark.parametrize("domain", ["sundhed.example", "d" * 60 + "." + "e" * 60 + ".example"])
def test_a_name_in_a_header_cannot_inject_anything(name: str, domain: str) -> None:  # R44
    to = Address(name, "ida", domain)
    letter = Letter(to, "da", f"IMI: {name}", "plain\n", "<p>html</p>\n")

    raw = mime_message(letter, Address("IMI", "imi", "imi.example"), key="k", now=NOON)

    head = raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    assert [line.partition(":")[0] for line in head if line[0] != " "] == [
        *("Content-Type", "MIME-Version"),
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("X-Auto-Response-Suppress", "Content-Language"),
    ]
    read = message_from_bytes(raw)
    assert decoded(read["Subject"]) == f"IMI: {name}"
    shown, _, address = read["To"].rpartition(" ")
    assert decoded(shown.strip()) == name
    assert address == f"<ida@{domain}>"


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))
