"""Tests that mails arrive in the mailbox, or fail as planned."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from typing import TYPE_CHECKING

import aiosmtplib
import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_a_mail_is_kept_with_its_parts(slack: Sandbox) -> None:
    await _send(slack, "Velkommen, Åse")

    mail = slack.mails[0]
    assert (mail.sender, mail.recipients) == ("imi@health.example", ("ase@health.example",))
    assert (mail.subject, mail.plain.strip()) == ("Velkommen, Åse", "Hej")
    assert "<p>Hej</p>" in mail.html
    assert b"Subject:" in mail.raw
    assert mail.headers["From"] == "imi@health.example"


async def test_a_mail_in_an_unknown_character_set_is_shown_as_it_came(slack: Sandbox) -> None:
    await _send(slack, "Hello")
    raw = slack.mails[0].raw.replace(b'charset="utf-8"', b'charset="x-none"')

    assert b"x-none" in raw
    assert "Hej" in replace(slack.mails[0], raw=raw).plain


@pytest.mark.parametrize(("kind", "code"), [("refuse", 550), ("defer", 451)])
async def test_a_planned_fault_refuses_one_mail(slack: Sandbox, kind: str, code: int) -> None:
    slack.mailbox.faults.add(kind)

    with pytest.raises(aiosmtplib.SMTPDataError) as caught:
        await _send(slack, "Hello")

    assert (caught.value.code, slack.mails) == (code, [])
    await _send(slack, "Again")
    assert len(slack.mails) == 1


async def test_a_planned_delay_accepts_the_mail(slack: Sandbox) -> None:
    slack.mailbox.faults.add("delay", seconds=0.05)

    await _send(slack, "Hello")

    assert len(slack.mails) == 1


async def test_a_mail_is_kept_although_the_connection_drops(slack: Sandbox) -> None:
    slack.mailbox.faults.add("drop_after_accept")

    with pytest.raises((aiosmtplib.SMTPServerDisconnected, ConnectionError)):
        await _send(slack, "Hello")

    assert [mail.subject for mail in slack.mails] == ["Hello"]


async def test_an_unknown_fault_cannot_be_planned(slack: Sandbox) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        slack.mailbox.faults.add("burn")


async def _send(slack: Sandbox, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "imi@health.example", "ase@health.example", subject
    mail.set_content("Hej")
    mail.add_alternative("<p>Hej</p>", subtype="html")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=slack.mailbox.port)
