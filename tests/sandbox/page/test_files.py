"""Tests of the page's file uploads and downloads."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox


async def test_a_member_downloads_the_files_of_their_own_conversations(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    answer = await client.files_upload_v2(channel="D0ANNA", filename="a.csv", content="x;y")

    async with aiohttp.ClientSession(slack.page_url) as session:
        url = f"/page/files/{answer['file']['id']}"
        mine = await session.get(url, params={"member": "U0ANNA"})
        assert "attachment" in mine.headers["Content-Disposition"]
        assert await mine.read() == b"x;y"
        for stranger in ("U0JAN", "U0NOBODY"):
            assert (await session.get(url, params={"member": stranger})).status == 404


async def test_a_file_uploaded_for_a_form_has_the_file_object_of_slack(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    async with aiohttp.ClientSession(slack.page_url) as session:
        asked = {"member": "U0ANNA", "name": "users.csv"}
        answer = await (await session.post("/page/upload", params=asked, data=b"x;y")).json()
        nameless = await session.post("/page/upload", params={"member": "U0ANNA"}, data=b"x")
        large = await session.post("/page/upload", params=asked, data=io.BytesIO(b"x" * 10_000_001))

    file = answer["file"]
    assert (nameless.status, large.status) == (400, 413)
    expected = {"name": "users.csv", "size": 3, "mimetype": "text/csv", "user": "U0ANNA"}
    assert expected.items() <= file.items()
    assert (await client.files_info(file=file["id"]))["file"] == file
