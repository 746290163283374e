"""Tests of the texts of a mail, as the bytes that are sent."""

import email
import email.policy
from email.headerregistry import Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.mail.letter import Letter
from bot.mail.mime import mime_message
from tests.times import NOON

SENDER = Address("IMI", "imi", "imi.example")
RECIPIENT = Address("Ida Holm", "ida", "sundhed.example")
# Without the characters at which `str.splitlines` breaks a line and mail does not.
LINES = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), max_size=300).map(
    lambda line: line.rstrip()
)
TEXTS = st.lists(LINES, max_size=8).map(lambda lines: "\n".join([*lines, ""]))


def parts(plain: str, html: str) -> tuple[bytes, list[str]]:
    raw = mime_message(Letter(RECIPIENT, "da", "IMI", plain, html), SENDER, key="k", now=NOON)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert not message.defects
    sent = [part.get_payload(decode=True) for part in message.iter_parts()]
    return raw, [text_of(lines.decode()) for lines in sent if isinstance(lines, bytes)]


def text_of(lines: str) -> str:
    """Return the text of lines that all end in CRLF (RFC 2045, 6.8)."""
    text = lines.replace("\r\n", "\n")
    assert text.count("\n") == lines.count("\r\n")
    assert "\r" not in text
    return text


@given(TEXTS, TEXTS)
@example("Hej\n.\n..\nFrom nobody\n--\n", "<p>" + "x" * 2000 + "</p>\n")
@example("Καλημέρα, Ελένη\n" * 30, "<p>Здравейте</p>\n" * 30)
def test_any_text_arrives_as_it_was_written(plain: str, html: str) -> None:
    raw, arrived = parts(plain, html)

    assert arrived == [plain, html]
    raw.decode("ascii")
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 78 and b"\n" not in line and b"\r" not in line for line in lines)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Kære Søren\n", "quoted-printable"), ("Αγαπητή Ελένη\n" * 5, "base64")],
)
def test_a_text_takes_the_shorter_encoding(text: str, encoding: str) -> None:
    raw, _ = parts(text, text)

    assert raw.count(f"Content-Transfer-Encoding: {encoding}".encode()) == 2
