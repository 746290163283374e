"""Tests of the methods that upload, share and describe files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox import NotFoundError, Sandbox
from tests.sandbox.web_api_client import call_method, error_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox.json_types import Json

BOT = {"Authorization": "Bearer xoxb-bot"}


async def test_a_file_is_uploaded_and_shared_in_a_dm(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    dm = (await client.conversations_open(users="U0ANNA"))["channel"]["id"]

    answer = await client.files_upload_v2(
        channel=dm, filename="a.csv", title="List", content="x;y\n", initial_comment="Here it is"
    )

    message = slack.messages("U0ANNA")[-1]
    assert (message.text, message.user) == ("Here it is", "U0BOT")
    assert [file["name"] for file in message.json()["files"]] == ["a.csv"]
    file = answer["file"]
    assert (file["title"], file["mimetype"], file["size"]) == ("List", "text/csv", 4)
    assert file["ims"] == ["D0ANNA"]
    assert slack.file(file["id"]) == b"x;y\n"
    assert (await client.files_info(file=file["id"]))["file"] == file
    assert b"x;y\n" in slack.received


async def test_a_file_without_a_channel_stays_private(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    answer = await client.files_upload_v2(filename="a.csv", content="x")

    assert answer["file"]["ims"] == []
    assert slack.workspace.conversations() == []


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("U0ANNA", "invalid_arguments"),
        ("C0OTHER", "not_in_channel"),
        ("C0NONE", "channel_not_found"),
    ],
)
async def test_a_file_is_shared_only_where_the_app_may_write(
    client: AsyncWebClient, channel: str, error: str
) -> None:
    upload = client.files_upload_v2(filename="a.csv", content="x", channel=channel)

    assert await error_of(upload) == error


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "invalid_arguments"),
        ({"files": "[]"}, "invalid_arguments"),
        ({"files": '["F1"]'}, "invalid_arguments"),
        ({"files": '[{"id": "F1"}]'}, "file_not_found"),
    ],
)
async def test_only_uploaded_files_can_be_completed(
    slack: Sandbox, given: Json, error: str
) -> None:
    assert (await call_method(slack, "files.completeUploadExternal", **given))["error"] == error


async def test_an_announced_file_does_not_exist_before_its_upload(client: AsyncWebClient) -> None:
    nothing = client.files_getUploadURLExternal(filename="a", length=0)
    assert await error_of(nothing) == "invalid_arguments"
    announced = await client.files_getUploadURLExternal(filename="a", length=2)

    finish = client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    assert await error_of(finish) == "file_not_found"
    assert await error_of(client.files_info(file=announced["file_id"])) == "file_not_found"


async def test_without_the_scopes_the_app_cannot_upload_or_read_files(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    file = slack.workspace.files.get(slack.choose_file("U0ANNA", "a.csv", b"x"))
    url = slack.workspace.files.json(file)["url_private"]
    slack.workspace.manifest = replace(slack.workspace.manifest, bot_scopes=("chat:write",))

    assert await error_of(client.files_upload_v2(filename="a", content="x")) == "missing_scope"
    assert await error_of(client.files_info(file=file.id)) == "missing_scope"
    async with aiohttp.ClientSession() as session:
        answer = await session.get(url, headers=BOT)
        assert answer.content_type == "text/html"


async def test_the_error_names_an_unknown_file(slack: Sandbox) -> None:
    with pytest.raises(NotFoundError, match="F1"):
        slack.file("F1")
