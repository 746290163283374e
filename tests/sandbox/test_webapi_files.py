"""Files go up, are shared and come down as in Slack."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackRequestError

from sandbox.errors import NotFoundError
from tests.sandbox.asking import error_of, posted
from tests.sandbox.counterpart import modal, plain

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox

BOT = {"Authorization": "Bearer xoxb-bot"}


async def test_a_file_is_uploaded_and_shared_in_a_dm(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    dm = (await client.conversations_open(users="U0ANNA"))["channel"]["id"]

    answer = await client.files_upload_v2(
        channel=dm, filename="a.csv", title="List", content="x;y\n", initial_comment="Here it is"
    )

    said = slack.messages("U0ANNA")[-1]
    assert (said.text, said.user) == ("Here it is", "U0BOT")
    assert [file["name"] for file in said.json()["files"]] == ["a.csv"]
    file = answer["file"]
    assert (file["title"], file["mimetype"], file["size"]) == ("List", "text/csv", 4)
    assert file["ims"] == ["D0ANNA"]
    assert slack.file(file["id"]) == b"x;y\n"
    assert (await client.files_info(file=file["id"]))["file"] == file
    assert b"x;y\n" in slack.received


async def test_a_file_without_a_place_stays_private(slack: Sandbox, client: AsyncWebClient) -> None:
    answer = await client.files_upload_v2(filename="a.csv", content="x")

    assert answer["file"]["ims"] == []
    assert slack.workspace.conversations() == []


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("U0ANNA", "invalid_arguments"),
        ("C0OTHER", "not_in_channel"),
        ("C0NONE", "channel_not_found"),
    ],
)
async def test_a_file_goes_only_to_a_place_the_app_is_in(
    client: AsyncWebClient, place: str, error: str
) -> None:
    upload = client.files_upload_v2(filename="a.csv", content="x", channel=place)

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
async def test_only_uploads_can_be_finished(
    slack: Sandbox, given: dict[str, Any], error: str
) -> None:
    assert (await posted(slack, "files.completeUploadExternal", **given))["error"] == error


async def test_an_upload_is_announced_with_its_name_and_size(client: AsyncWebClient) -> None:
    nothing = client.files_getUploadURLExternal(filename="a", length=0)
    assert await error_of(nothing) == "invalid_arguments"
    announced = await client.files_getUploadURLExternal(filename="a", length=2)

    finish = client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    assert await error_of(finish) == "file_not_found"
    assert await error_of(client.files_info(file=announced["file_id"])) == "file_not_found"


async def test_an_upload_address_takes_as_many_bytes_as_were_announced_and_once(
    client: AsyncWebClient,
) -> None:
    announced = await client.files_getUploadURLExternal(filename="a", length=2)
    url = announced["upload_url"]

    async with aiohttp.ClientSession() as session:
        statuses = [
            (await session.post(url, data=content)).status for content in (b"abc", b"ab", b"ab")
        ]

    assert statuses == [400, 200, 404]


async def test_an_upload_can_be_made_to_fail(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add("files.upload", "http_500")

    with pytest.raises(SlackRequestError):
        await client.files_upload_v2(filename="a.csv", content="x")


async def test_a_download_demands_the_bot_token(slack: Sandbox) -> None:
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


async def test_without_its_scope_the_app_neither_sends_nor_reads_files(
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


async def test_a_member_saves_the_files_of_conversations_they_see(
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


async def test_a_file_that_is_not_there_is_named(slack: Sandbox) -> None:
    with pytest.raises(NotFoundError, match="F1"):
        slack.file("F1")


async def test_a_file_chosen_in_a_form_reaches_the_app_as_slack_sends_it(
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


async def test_a_form_with_files_needs_the_scope_to_read_them(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    element = {"type": "file_input", "action_id": "e", "max_files": 1, "filetypes": ["csv"]}
    block = {"type": "input", "block_id": "b", "label": plain("Label"), "element": element}
    trigger = slack.workspace.triggers.new_trigger

    opened = await client.views_open(trigger_id=trigger("U0ANNA"), view=modal(block))
    assert opened["ok"]
    empty = {"b": {"e": {"type": "file_input", "files": []}}}
    assert slack.views("U0ANNA")[0]["state"]["values"] == empty

    slack.workspace.manifest = replace(slack.workspace.manifest, bot_scopes=("chat:write",))
    again = client.views_open(trigger_id=trigger("U0ANNA"), view=modal(block))
    assert await error_of(again) == "missing_scope"
