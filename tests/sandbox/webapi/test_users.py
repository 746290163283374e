"""Tests of the methods that describe members."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox import Member, Sandbox
from tests.sandbox.web_api_client import error_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


async def test_the_locale_of_a_member_is_returned_on_request(
    client: AsyncWebClient,
) -> None:
    plain = (await client.users_info(user="U0ANNA"))["user"]
    full = (await client.users_info(user="U0ANNA", include_locale=True))["user"]

    assert "locale" not in plain
    assert (full["locale"], full["tz"]) == ("da-DK", "Europe/Copenhagen")
    assert full["profile"]["email"] == "anna@health.example"
    assert full["profile"]["first_name"] == "Anna"
    assert await error_of(client.users_info(user="U0NONE")) == "user_not_found"


async def test_an_active_member_is_found_by_email_address(client: AsyncWebClient) -> None:
    found = await client.users_lookupByEmail(email="ANNA@health.example")

    assert found["user"]["id"] == "U0ANNA"
    gone = client.users_lookupByEmail(email="eva@health.example")
    assert await error_of(gone) == "users_not_found"


async def test_the_list_of_members_is_paginated(client: AsyncWebClient) -> None:
    first = await client.users_list(limit=3)
    second = await client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])

    ids = [member["id"] for page in (first, second) for member in page["members"]]
    assert ids == ["U0ANNA", "U0BOT", "U0GONE", "U0JAN"]
    assert second["response_metadata"]["next_cursor"] == ""
    assert await error_of(client.users_list(cursor="what")) == "invalid_cursor"


async def test_a_page_size_above_the_maximum_is_refused(client: AsyncWebClient) -> None:
    assert await error_of(client.users_list(limit=1001)) == "invalid_limit"


async def test_a_stranger_is_marked(slack: Sandbox, client: AsyncWebClient) -> None:
    await slack.join(Member("U0FAR", "far", "Far Away", is_stranger=True, team_id="T0FAR"))

    assert (await client.users_info(user="U0FAR"))["user"]["is_stranger"]


async def test_a_member_whom_nobody_changes_keeps_the_moment_of_the_last_change(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    before = (await client.users_info(user="U0ANNA"))["user"]["updated"]
    slack.clock.advance(timedelta(days=1))
    after = (await client.users_info(user="U0ANNA"))["user"]["updated"]

    assert before == after
