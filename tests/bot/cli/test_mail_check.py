"""Tests that `imi-bot doctor` tries a sender and a recipient, and sends no mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.cli.shell import Shell, environment, in_thread
from tests.bot.smtp_server import StubSmtpServer, stub_smtp_server

if TYPE_CHECKING:
    from sandbox import Sandbox

OPERATOR = {"IMI_OPERATOR_MAIL": "IT <it@health.example>"}


async def mail_line(
    slack: Sandbox, database: str, office: StubSmtpServer, settings: dict[str, str]
) -> tuple[int, str]:
    server = {"IMI_SMTP_URL": f"smtp://127.0.0.1:{office.port}"}
    shell = Shell({**environment(slack, database), **server, **settings})
    await in_thread(shell, "init")
    result = await in_thread(shell, "doctor")
    (line,) = [line for line in result.output.splitlines() if " mail: " in line]
    assert office.mails == []
    return result.exit_code, line


@pytest.mark.parametrize(
    ("settings", "step", "answer", "line"),
    [
        ({}, None, "", "ok    mail: the mail server accepts the sender, and IMI_MAIL_FROM as"),
        (OPERATOR, None, "", "ok    mail: the mail server accepts the sender, and IMI_OPERATOR_"),
        (
            {},
            "RCPT",
            "550 5.1.1 User unknown",
            "ok    mail: the mail server accepts the sender; set",
        ),
        (
            {},
            "MAIL",
            "530 5.7.57 Client not authenticated",
            "wrong mail: the mail server refuses the bot at MAIL FROM (530 5.7.57): it does not",
        ),
        (
            OPERATOR,
            "RCPT",
            "554 5.7.1 Relay access denied",
            "wrong mail: the mail server refuses the bot at RCPT TO (554 5.7.1): it does not let",
        ),
        (
            OPERATOR,
            "RCPT",
            "550 5.1.1 User unknown",
            "wrong mail: the mail server knows no address IMI_OPERATOR_MAIL (550); correct it",
        ),
        (
            {},
            "MAIL",
            "451 4.3.0 later",
            "wrong mail: IMI_SMTP_URL: the mail server puts the letter",
        ),
    ],
)
async def test_doctor_tries_a_sender_and_a_recipient(
    slack: Sandbox,
    database: str,
    *,
    settings: dict[str, str],
    step: str | None,
    answer: str,
    line: str,
) -> None:
    """B07: a refused sender shows before thirty letters wait for it."""
    async with stub_smtp_server() as office:
        if step is not None:
            office.answers[step] = answer
        exit_code, found = await mail_line(slack, database, office, settings)

    assert found.startswith(line)
    assert exit_code == (1 if line.startswith("wrong") else 0)
    assert step is not None or office.commands[-1] == "RSET"
