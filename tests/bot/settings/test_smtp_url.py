"""Tests of parsing the SMTP URL."""

from __future__ import annotations

import pytest

from bot.settings.smtp_url import SmtpServer, is_loopback_host, parse_smtp_url
from core.secret import Secret


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("LocalHost", True),
        ("mail.authority.example", False),
        ("localhost.authority.example", False),
        ("10.0.0.1", False),
    ],
)
def test_loopback_hosts_are_recognised(host: str, *, here: bool) -> None:
    assert is_loopback_host(host) is here


def test_servers_on_other_machines_need_starttls() -> None:
    server = parse_smtp_url(Secret("smtp://imi:p%40ss%2Fword@mail.authority.example"))

    assert server == SmtpServer(
        "mail.authority.example", 587, "imi", Secret("p@ss/word"), tls_by_upgrade=True
    )


def test_on_loopback_mail_is_sent_without_tls() -> None:
    server = parse_smtp_url(Secret("smtp://127.0.0.1:2525"))

    assert server == SmtpServer("127.0.0.1", 2525, tls_by_upgrade=False)


def test_smtps_begins_with_tls_even_on_loopback() -> None:
    server = parse_smtp_url(Secret("smtps://imi@[::1]"))

    assert server == SmtpServer(
        "::1", 465, "imi", Secret(""), tls_from_start=True, tls_by_upgrade=False
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://imi:hunter2@mail.example",
        "smtp://",
        "smtp://imi:hun/ter2@mail.example:587",
        "smtp://imi:hunter2@mail.example:port",
        "smtp://imi:hunter2@[mail",
    ],
)
def test_a_wrong_url_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ValueError, match="it must read smtp://") as refusal:
        parse_smtp_url(Secret(url))

    assert "ter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None
