"""Members and conversations are described as in Slack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox import Member, Sandbox
from tests.sandbox.asking import error_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


async def test_locale_and_address_are_told_when_asked_for_and_allowed(
    client: AsyncWebClient,
) -> None:
    plain = (await client.users_info(user="U0ANNA"))["user"]
    full = (await client.users_info(user="U0ANNA", include_locale=True))["user"]

    assert "locale" not in plain
    assert (full["locale"], full["tz"]) == ("da-DK", "Europe/Copenhagen")
    assert full["profile"]["email"] == "anna@health.example"
    assert full["profile"]["first_name"] == "Anna"
    assert await error_of(client.users_info(user="U0NONE")) == "user_not_found"


async def test_members_are_found_by_address_unless_deactivated(client: AsyncWebClient) -> None:
    found = await client.users_lookupByEmail(email="ANNA@health.example")

    assert found["user"]["id"] == "U0ANNA"
    gone = client.users_lookupByEmail(email="eva@health.example")
    assert await error_of(gone) == "users_not_found"


async def test_the_list_of_members_comes_in_pages(client: AsyncWebClient) -> None:
    first = await client.users_list(limit=3)
    second = await client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])

    ids = [member["id"] for page in (first, second) for member in page["members"]]
    assert ids == ["U0ANNA", "U0BOT", "U0GONE", "U0JAN"]
    assert second["response_metadata"]["next_cursor"] == ""
    assert await error_of(client.users_list(cursor="what")) == "invalid_cursor"


async def test_conversations_open_info_members_and_join(client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="U0ANNA")
    assert opened["channel"]["id"] == "D0ANNA"
    assert await error_of(client.conversations_open(users="U0GONE")) == "user_disabled"

    info = await client.conversations_info(channel="C0HEALTH", include_num_members=True)
    assert (info["channel"]["is_member"], info["channel"]["num_members"]) == (True, 2)
    assert (await client.conversations_members(channel="C0HEALTH"))["members"] == [
        "U0ANNA",
        "U0BOT",
    ]
    assert (await client.conversations_join(channel="C0OTHER"))["channel"]["is_member"]
    assert await error_of(client.conversations_join(channel="C0OLD")) == "is_archived"
    assert (await client.team_info())["team"]["id"] == "T0IMI"


async def test_direct_messages_are_described_with_their_scope(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    scopes = (*slack.workspace.manifest.bot_scopes, "im:read", "groups:read")
    slack.workspace.manifest = replace(slack.workspace.manifest, bot_scopes=scopes)

    assert (await client.conversations_info(channel="D0ANNA"))["channel"]["user"] == "U0ANNA"
    members = await client.conversations_members(channel="D0ANNA")
    assert members["members"] == ["U0ANNA", "U0BOT"]
    opened = await client.conversations_open(users="U0ANNA", return_im=True)
    assert opened["channel"]["is_im"]
    assert await error_of(client.conversations_open(users="U0NONE")) == "user_not_found"
    assert await error_of(client.conversations_open(users="U0BOT")) == "cannot_dm_bot"
    await slack.invite("U0BOT", "C0SECRET")
    assert (await client.conversations_info(channel="C0SECRET"))["channel"]["is_group"]
    private = client.conversations_join(channel="C0SECRET")
    assert await error_of(private) == "method_not_supported_for_channel_type"
    again = await client.conversations_join(channel="C0HEALTH")
    assert again["warning"] == "already_in_channel"
    assert await error_of(client.users_list(limit=1001)) == "invalid_limit"


async def test_strangers_are_marked_and_other_bots_get_no_messages(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await slack.join(Member("U0FAR", "far", "Far Away", is_stranger=True, team_id="T0FAR"))
    await slack.join(Member("U0BOTTO", "botto", "Botto", is_bot=True))

    assert (await client.users_info(user="U0FAR"))["user"]["is_stranger"]
    assert (await client.chat_postMessage(channel="U0FAR", text="Hello"))["ok"]
    post = client.chat_postMessage(channel="U0BOTTO", text="Hello")
    assert await error_of(post) == "channel_not_found"
    outside = client.chat_postEphemeral(channel="U0ANNA", user="U0JAN", text="Hello")
    assert await error_of(outside) == "user_not_in_channel"
