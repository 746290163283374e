"""Tests that the bot's token is sent only to Slack's file hosts, whatever URL a file has."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.slack.connection import slack_client
from bot.slack.file_hosts import may_receive_token
from bot.slack.workspace import SlackWorkspace
from core.errors import BadFileError, FileProblem
from core.members.rules import MemberKey
from core.secret import Secret
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ADA = MemberKey("T0IMI", "U0ADA")
TOKEN = "xoxb-the-bots-token"


class Host:
    """A server on loopback that remembers the requests that it got."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.url = ""
        # The answer to a request for a file: a redirect, or the content.
        self.redirect_to = ""
        self.described: dict[str, object] = {}

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        if request.path == "/api/files.info":
            return web.json_response({"ok": True, "file": self.described})
        if self.redirect_to:
            raise web.HTTPFound(self.redirect_to)
        return web.Response(text="name;e-mail")

    def tokens(self) -> list[str]:
        return [one.headers.get("Authorization", "") for one in self.requests]


@asynccontextmanager
async def hosting() -> AsyncIterator[Host]:
    host = Host()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", host.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield host
    finally:
        await runner.cleanup()


async def download(slack: Host, url: object) -> bytes:
    """Let the product download a file of Ada that Slack describes with this address."""
    slack.described = {"user": ADA.member_id, "size": 11, "url_private_download": url}
    async with slack_client(Secret(TOKEN), f"{slack.url}/api/") as client:
        return await SlackWorkspace(client, ADA.team_id, lambda: NOON).file("F0FILE", ADA, 100)


async def test_a_file_comes_from_the_host_of_the_sandbox() -> None:
    async with hosting() as slack:
        assert await download(slack, f"{slack.url}/files-pri/T0IMI-F0FILE/x.csv") == b"name;e-mail"


async def test_a_file_on_another_host_is_refused_and_the_token_stays() -> None:
    """Slack describes a file of a cloud drive with that drive's address (issue 14, 8)."""
    async with hosting() as slack, hosting() as elsewhere:
        with pytest.raises(BadFileError) as refusal:
            await download(slack, f"{elsewhere.url}/x.csv")

    assert refusal.value.problem == FileProblem.GONE
    assert elsewhere.requests == []


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    async with hosting() as slack, hosting() as elsewhere:
        slack.redirect_to = f"{elsewhere.url}/x.csv"
        with pytest.raises(BadFileError) as refusal:
            await download(slack, f"{slack.url}/x.csv")

    assert refusal.value.problem == FileProblem.GONE
    assert elsewhere.requests == []


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
async def test_a_file_is_fetched_through_the_proxy_like_every_other_call(  # B09
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """Only the proxy reaches Slack: nothing listens at the address itself."""
    async with hosting() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        url = "http://127.0.0.1:9/files-pri/T0IMI-F0FILE/x.csv"
        proxy.described = {"user": ADA.member_id, "size": 11, "url_private_download": url}

        async with slack_client(Secret(TOKEN), "http://127.0.0.1:9/api/") as client:
            workspace = SlackWorkspace(client, ADA.team_id, lambda: NOON)
            content = await workspace.file("F0FILE", ADA, 100)

    assert content == b"name;e-mail"
    assert [request.path for request in proxy.requests] == [
        "/api/files.info",
        "/files-pri/T0IMI-F0FILE/x.csv",
    ]


async def test_an_api_call_that_is_redirected_takes_no_token_along() -> None:
    async with hosting() as slack, hosting() as elsewhere:
        slack.redirect_to = f"{elsewhere.url}/api/auth.test"
        async with slack_client(Secret(TOKEN), f"{slack.url}/api/") as client:
            with pytest.raises(Exception):  # noqa: B017, PT011 - any: what matters is the token
                await client.auth_test()

    assert TOKEN in str(slack.tokens())
    assert TOKEN not in str(elsewhere.tokens())


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T0-F0/download/x.csv",
        "https://files.slack-gov.com/files-pri/T0-F0/download/x.csv",
    ],
)
@pytest.mark.parametrize("api_url", ["https://slack.com/api/", "http://127.0.0.1:8010/api/"])
def test_slacks_file_hosts_may_receive_the_token(url: str, api_url: str) -> None:
    assert may_receive_token(url, api_url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "files.slack.com/x",
        "http://files.slack.com/x",
        "HTTP://files.slack.com/x",
        "https://files.slack.com",
        "https://files.slack.com:8443/x",
        "https://files.slack.com.evil.example/x",
        "https://files.slack.com@evil.example/x",
        "https://user@files.slack.com/x",
        "https://evil.example/https://files.slack.com/x",
        "https://evil.example#https://files.slack.com/",
        "https://evil.example\\files.slack.com/x",
        " https://files.slack.com/x",
        "https://filesXslack.com/x",
        "https://slack.com/api/api.test",
        "https://slack-files.com/x",
        "https://drive.google.com/file",
        "http://127.0.0.1:8010/x",
        "http://127.0.0.1:9/x",
        "ftp://files.slack.com/x",
    ],
)
def test_no_other_address_may_receive_the_token(url: str) -> None:
    assert not may_receive_token(url, "https://slack.com/api/")


@pytest.mark.parametrize(
    ("api_url", "may"),
    [
        ("http://127.0.0.1:8010/api/", True),
        ("http://127.0.0.1:8011/api/", False),
        ("http://localhost:8010/api/", False),
        ("https://127.0.0.1:8010/api/", False),
        ("https://gateway.authority.example/api/", False),
    ],
)
def test_the_sandboxs_own_host_may_receive_the_token(api_url: str, *, may: bool) -> None:
    assert may_receive_token("http://127.0.0.1:8010/files-pri/x", api_url) == may
