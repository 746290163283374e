"""Tests of names in mail headers, as the bytes that are sent."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.utils import parseaddr

import pytest

from bot.mail.headers import mailbox_header, text_header
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
        'IMI (Danmark) "\\" <\\',
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
    shown, address = parseaddr(read["To"].replace("\r\n", ""))
    assert decoded(shown) == name
    assert address == f"ida@{domain}"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("IMI", "IMI\r\n <imi@imi.example>"),
        ("IMI (Danmark)", '"IMI (Danmark)"\r\n <imi@imi.example>'),
        ('"IMI", Ø', "=?utf-8?b?IklNSSIsIMOY?=\r\n <imi@imi.example>"),
    ],
)
def test_a_name_of_ascii_is_not_encoded(name: str, header: str) -> None:
    assert mailbox_header(Address(name, "imi", "imi.example")) == header


def test_a_subject_of_ascii_is_not_encoded_in_base64() -> None:
    # Spam filters count that against a mail.
    subject = "IMI: a change among the users. Authority: Danish Health Authority"

    assert text_header(subject) == subject
    assert text_header(subject * 2).startswith("=?utf-8?q?IMI=3A_a_change")
    assert text_header("=?utf-8?q?x?=") == "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?="


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))
