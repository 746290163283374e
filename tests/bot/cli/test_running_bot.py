"""Tests of the address at which commands ask the bot that runs on this machine."""

import pytest

from bot.cli.running_bot import address_of, url_of


@pytest.mark.parametrize(
    ("listening", "address", "url"),
    [
        ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:8000/readyz"),
        ("0.0.0.0", "127.0.0.1", "http://127.0.0.1:8000/readyz"),  # noqa: S104 - nothing listens
        ("::", "::1", "http://[::1]:8000/readyz"),
        ("::1", "::1", "http://[::1]:8000/readyz"),
    ],
)
def test_the_bot_is_asked_where_this_machine_reaches_it(
    listening: str, address: str, url: str
) -> None:
    assert address_of(listening) == address
    assert url_of(listening, 8000, "/readyz") == url
