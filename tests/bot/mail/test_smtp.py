"""Tests of the SMTP client against real SMTP servers on loopback."""

from __future__ import annotations

import asyncio
import email
import email.policy
from email.headerregistry import Address
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.mail import smtp
from bot.mail.letter import Letter
from bot.mail.smtp import Mailer, mailer_from
from bot.mail.smtp_errors import MailRefused, MailUnreachable
from bot.settings.checks import parse_mailbox
from bot.settings.settings import read_settings
from bot.settings.smtp_url import SmtpServer
from core.secret import Secret
from tests.bot.smtp_server import CERTIFICATE, server_context, silent_smtp_server, stub_smtp_server
from tests.times import NOON

if TYPE_CHECKING:
    from email.message import EmailMessage

    from bot.settings.settings import Settings

LETTER = Letter(
    recipient=Address("Søren Ærø, Jr.", "soeren", "authority.example"),
    language="da",
    subject="Din midlertidige adgangskode",
    plain="Kære Søren\n\n    Kd7m-x3Qp\n",
    html="<p>Kære Søren</p>",
)


def a_mailer(server: SmtpServer, sender: str = "IMI <imi@authority.example>") -> Mailer:
    return Mailer(server, sender, lambda: NOON)


def plaintext_server(port: int) -> SmtpServer:
    return SmtpServer("127.0.0.1", port, tls_by_upgrade=False)


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


async def test_a_letter_arrives_with_its_headers_and_both_texts() -> None:  # D4, D20
    async with stub_smtp_server() as office:
        await a_mailer(plaintext_server(office.port)).send(LETTER, key="temporary_password:7:1")

    arrived = read(office.mails[0])
    assert dict(arrived.items()) == {
        "From": "IMI <imi@authority.example>",
        "To": '"Søren Ærø, Jr." <soeren@authority.example>',
        "Subject": "Din midlertidige adgangskode",
        "Date": "Mon, 02 Mar 2026 12:00:00 +0000",
        "Message-ID": "<c131b7b08326949a61992d8d161b881b@authority.example>",
        "Content-Language": "da",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
        "MIME-Version": "1.0",
        "Content-Type": arrived["Content-Type"],
    }
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().split() for part in arrived.iter_parts()] == [
        LETTER.plain.split(),
        LETTER.html.split(),
    ]


async def test_the_message_id_belongs_to_the_delivery_and_not_to_the_attempt() -> None:
    async with stub_smtp_server() as office:
        mailer = a_mailer(plaintext_server(office.port), "imi@bürger.example")
        for key in ("a:1:1", "a:1:1", "a:1:2"):
            await mailer.send(LETTER, key=key)

    first, again, other = [str(read(raw)["Message-ID"]) for raw in office.mails]
    assert first == again != other
    assert first.endswith("@xn--brger-kva.example>")


async def test_a_mail_to_a_non_ascii_address_is_sent_with_smtputf8() -> None:  # D9
    letter = Letter(Address("Юлия", "юлия", "authority.example"), "bg", "S", "text\n", "<p>x</p>")
    async with stub_smtp_server() as office:
        await a_mailer(plaintext_server(office.port)).send(letter, key="k")

    assert "юлия@authority.example".encode() in office.mails[0]


async def test_a_server_without_smtputf8_refuses_such_an_address_permanently() -> None:
    letter = Letter(Address("Юлия", "юлия", "authority.example"), "bg", "S", "text\n", "<p>x</p>")
    async with stub_smtp_server(enable_SMTPUTF8=False) as office:
        with pytest.raises(MailRefused, match="no SMTPUTF8"):
            await a_mailer(plaintext_server(office.port)).send(letter, key="k")


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
async def test_an_unknown_address_is_a_permanent_refusal(step: str) -> None:
    async with stub_smtp_server() as office:
        office.answers[step] = "550 5.1.1 no such soeren@authority.example"
        with pytest.raises(MailRefused) as refusal:
            await a_mailer(plaintext_server(office.port)).send(LETTER, key="k")

    assert str(refusal.value) == "the mail server refused the letter (550)"


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
async def test_4xx_is_a_temporary_failure(step: str) -> None:
    async with stub_smtp_server() as office:
        office.answers[step] = "451 4.3.0 later, soeren"
        with pytest.raises(MailUnreachable) as obstacle:
            await a_mailer(plaintext_server(office.port)).send(LETTER, key="k")

    assert str(obstacle.value) == "the mail server puts the letter off (451 4.3.0)"
    assert obstacle.value.code == 451


async def test_an_unreachable_server_is_a_temporary_failure() -> None:
    async with stub_smtp_server() as office:
        pass

    with pytest.raises(MailUnreachable, match="cannot be reached"):
        await a_mailer(plaintext_server(office.port)).send(LETTER, key="k")


async def test_a_connection_dropped_while_sending_is_a_temporary_failure() -> None:
    async with stub_smtp_server() as office:
        office.hangs_up = True
        with pytest.raises(MailUnreachable):
            await a_mailer(plaintext_server(office.port)).send(LETTER, key="k")


async def test_a_silent_server_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TOTAL_TIMEOUT_SECONDS", 0.1)
    async with silent_smtp_server(asyncio.Event()) as server:
        with pytest.raises(MailUnreachable, match="takes too long"):
            await a_mailer(server).send(LETTER, key="k")


async def test_without_starttls_no_mail_leaves_this_machine() -> None:
    async with stub_smtp_server() as office:
        server = SmtpServer("127.0.0.1", office.port, "imi", Secret("p@ss/word"))
        with pytest.raises(MailUnreachable, match="does not offer STARTTLS"):
            await a_mailer(server).send(LETTER, key="k")

    assert (office.mails, office.signed_in) == ([], [])


async def test_a_self_signed_certificate_is_not_trusted() -> None:
    async with stub_smtp_server(tls_context=server_context()) as office:
        server = SmtpServer("127.0.0.1", office.port, "imi", Secret("p@ss/word"))
        with pytest.raises(MailUnreachable, match="cannot be reached"):
            await a_mailer(server).send(LETTER, key="k")

    assert (office.mails, office.signed_in) == ([], [])


async def test_the_mailer_logs_in_after_starttls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    async with stub_smtp_server(tls_context=server_context()) as office:
        server = SmtpServer("localhost", office.port, "imi", Secret("p@ss/word"))
        await a_mailer(server).send(LETTER, key="k")

    assert office.signed_in == [(b"imi", b"p@ss/word")]
    assert len(office.mails) == 1


async def test_smtps_is_tls_from_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    async with stub_smtp_server(tls_from_start=True, auth_require_tls=False) as office:
        server = SmtpServer("127.0.0.1", office.port, tls_from_start=True, tls_by_upgrade=False)
        await a_mailer(server).check_envelope(LETTER.recipient)
        await a_mailer(server).send(LETTER, key="k")

    assert len(office.mails) == 1


async def test_the_error_of_a_wrong_password_does_not_contain_it() -> None:
    async with stub_smtp_server(auth_require_tls=False) as office:
        server = SmtpServer(
            "127.0.0.1", office.port, "imi", Secret("hunter2"), tls_by_upgrade=False
        )
        with pytest.raises(MailUnreachable) as obstacle:
            await a_mailer(server).check_envelope(LETTER.recipient)

    assert str(obstacle.value) == "the mail server refuses the bot at AUTH (535 5.7.8)"
    assert obstacle.value.__cause__ is None


async def test_checking_the_connection_sends_no_mail() -> None:
    async with stub_smtp_server() as office:
        await a_mailer(plaintext_server(office.port)).check_envelope(LETTER.recipient)

    assert office.mails == []


def test_the_repr_of_a_letter_hides_its_texts() -> None:
    assert "Kd7m" not in repr(LETTER)


@pytest.mark.parametrize("text", ["", "IMI", "imi@", "@x.example", "a@b.example\nBcc: c@d.example"])
def test_a_sender_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it must be an e-mail address"):
        parse_mailbox(text)


def settings(**changes: str) -> Settings:
    known = {
        "slack_bot_token": "xoxb-1",
        "slack_signing_secret": "signing",
        "imi_smtp_url": "smtp://127.0.0.1:2525",
        "imi_mail_from": "imi@authority.example",
        "imi_secret_key": "x" * 32,
    }
    return read_settings(Path("/no/such/file"), **{**known, **changes})


async def test_a_mailer_is_made_from_the_settings() -> None:
    async with stub_smtp_server() as office:
        chosen = settings(imi_smtp_url=f"smtp://127.0.0.1:{office.port}")
        await mailer_from(chosen).send(LETTER, key="k")

    assert len(office.mails) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("imi_smtp_url", "smtp://imi:hunter2@"), ("imi_mail_from", "hunter2")]
)
def test_a_wrong_setting_is_named_and_not_quoted(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name.upper()} is wrong") as refusal:
        mailer_from(settings(**{name: value}))

    assert "hunter2" not in str(refusal.value)


async def test_the_envelope_is_tried_without_sending_anything() -> None:
    """B07: `doctor` finds a refused sender before a user does."""
    async with stub_smtp_server() as office:
        await a_mailer(plaintext_server(office.port)).check_envelope(LETTER.recipient)

    assert office.commands == [
        "MAIL imi@authority.example",
        "RCPT soeren@authority.example",
        "RSET",
    ]
    assert office.mails == []
