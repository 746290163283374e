"""Tests of uploading and downloading the content of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.errors import SlackRequestError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox

BOT = {"Authorization": "Bearer xoxb-bot"}


async def test_an_upload_url_accepts_the_announced_number_of_bytes_once(
    client: AsyncWebClient,
) -> None:
    announced = await client.files_getUploadURLExternal(filename="a", length=2)
    url = announced["upload_url"]

    async with aiohttp.ClientSession() as session:
        statuses = [
            (await session.post(url, data=content)).status for content in (b"abc", b"ab", b"ab")
        ]

    assert statuses == [400, 200, 404]


async def test_a_planned_fault_makes_an_upload_fail(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add("files.upload", "http_500")

    with pytest.raises(SlackRequestError):
        await client.files_upload_v2(filename="a.csv", content="x")


async def test_a_download_needs_the_bot_token(slack: Sandbox) -> None:
    file = slack.workspace.files.get(slack.choose_file("U0ANNA", "bø.csv", b"x;y"))
    url = slack.workspace.files.json(file)["url_private_download"]

    async with aiohttp.ClientSession() as session:
        good = await session.get(url, headers=BOT)
        assert (good.status, await good.read()) == (200, b"x;y")
        bad = await session.get(url, headers={"Authorization": "Bearer wrong"})
        assert (bad.status, bad.content_type) == (200, "text/html")
        missing = await session.get(url.replace(file.id, "F1"), headers=BOT)
        assert missing.status == 404
        slack.faults.add("files.download", "http_500")
        assert (await session.get(url, headers=BOT)).status == 500
