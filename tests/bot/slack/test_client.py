"""Tests of the calls to Slack, against the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.slack import connection
from bot.slack.client import SlackSender
from bot.slack.connection import close_slack_client, slack_client
from bot.slack.errors import SlackRefused, SlackUnreachable, SlackUnusable
from bot.slack.rate_limits import RateLimiter, RateLimits
from bot.slack.workspace import SlackWorkspace
from core.deliveries.rules import FailureReason, PostedMessage
from core.errors import MemberFault, MemberRefusedError
from core.members.rules import Member, MemberKey
from core.secret import Secret
from sandbox.state.user_objects import WORKSPACE_BEGAN
from tests.bot.slack_workspace import TOKEN, slack_workspace
from tests.times import NOON

if TYPE_CHECKING:
    from pathlib import Path

    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]


def key(member_id: str) -> MemberKey:
    return MemberKey("T0IMI", member_id)


def a_workspace_of(client: AsyncWebClient) -> SlackWorkspace:
    return SlackWorkspace(client, "T0IMI", lambda: NOON)


def a_sender(client: AsyncWebClient) -> SlackSender:
    return SlackSender(client, RateLimiter(RateLimits({}, 0), lambda: NOON))


async def test_a_member_is_read_with_their_language_and_time_zone(client: AsyncWebClient) -> None:
    member = await a_workspace_of(client).member(key("U0ADA"))

    assert member == Member(
        key=key("U0ADA"),
        real_name="Ada Maria Person",
        first_name="Ada",
        last_name="Maria Person",
        email="ada@health.example",
        email_confirmed=True,
        locale="da-DK",
        tz="Europe/Copenhagen",
        deleted=False,
        bot=False,
        guest=False,
        stranger=False,
        seen_at=NOON,
        changed_at=datetime.fromtimestamp(WORKSPACE_BEGAN, UTC),
    )


@pytest.mark.parametrize(
    ("member_id", "flag"),
    [("U0GONE", "deleted"), ("U0GUEST", "guest"), ("U0OTHER", "stranger"), ("U0ROBOT", "bot")],
)
async def test_bots_guests_strangers_and_deactivated_members_are_recognised(  # D21
    client: AsyncWebClient, member_id: str, flag: str
) -> None:
    member = await a_workspace_of(client).member(key(member_id))

    flags = ("deleted", "bot", "guest", "stranger")
    assert [name for name in flags if getattr(member, name)] == [flag]
    assert member.real_name


async def test_an_unknown_member_id_is_refused(client: AsyncWebClient) -> None:
    with pytest.raises(MemberRefusedError) as refusal:
        await a_workspace_of(client).member(key("U0NOBODY"))

    assert refusal.value.fault == MemberFault.UNKNOWN


async def test_a_forbidden_lookup_is_not_reported_as_an_unknown_member(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    slack.faults.add("users.info", "error:missing_scope")

    with pytest.raises(SlackUnusable, match="missing_scope"):
        await a_workspace_of(client).member(key("U0ADA"))


@pytest.mark.parametrize("kind", ["http_500", "drop_answer", "ratelimited"])
async def test_a_failed_lookup_is_retried(
    slack: Sandbox, client: AsyncWebClient, kind: str
) -> None:
    slack.faults.add("users.info", kind, seconds=0)

    member = await a_workspace_of(client).member(key("U0ADA"))

    assert member.key == key("U0ADA")
    assert len(slack.calls) == 2


async def test_all_calls_share_one_session_which_is_closed(client: AsyncWebClient) -> None:
    assert client.session is not None
    await close_slack_client(client)

    assert client.session.closed
    client.session = None
    await close_slack_client(client)


async def test_a_message_carries_its_key_and_no_previews(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    posted = await a_sender(client).post("C0TEAM", "Hello", BLOCKS, "onboarding:7:1")

    (message,) = slack.messages("C0TEAM")
    assert posted == PostedMessage("C0TEAM", message.ts)
    assert message.text == "Hello"
    assert message.blocks[0]["text"]["text"] == "Hello"
    assert message.metadata == {
        "event_type": "imi_delivery",
        "event_payload": {"key": "onboarding:7:1"},
    }
    body = slack.calls[-1].body
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("channel", "code", "reason"),
    [
        ("C0NONE", "channel_not_found", FailureReason.CHANNEL),
        ("C0OLD", "is_archived", FailureReason.ARCHIVED),
        ("C0OTHER", "not_in_channel", FailureReason.CHANNEL),
    ],
)
async def test_a_channel_that_cannot_be_posted_in_is_refused(
    client: AsyncWebClient, channel: str, code: str, reason: FailureReason
) -> None:
    with pytest.raises(SlackRefused) as refusal:
        await a_sender(client).post(channel, "Hello", BLOCKS, "k")

    assert (refusal.value.code, refusal.value.reason) == (code, reason)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("user_not_found", FailureReason.MEMBER),
        ("restricted_action", FailureReason.CHANNEL),
        ("message_not_found", FailureReason.SLACK_REFUSED),
    ],
)
async def test_slacks_error_codes_become_reasons(
    slack: Sandbox, client: AsyncWebClient, code: str, reason: FailureReason
) -> None:
    slack.faults.add("chat.postMessage", f"error:{code}")

    with pytest.raises(SlackRefused) as refusal:
        await a_sender(client).post("C0TEAM", "Hello", BLOCKS, "k")

    assert (refusal.value.code, refusal.value.reason) == (code, reason)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("C0TEAM", "account_inactive"),
        ("C0TEAM", "missing_scope"),
        ("U0ADA", "messages_tab_disabled"),
        ("U0ADA", "restricted_action"),
    ],
)
async def test_a_fault_of_the_installation_is_nobodys_refusal(
    slack: Sandbox, client: AsyncWebClient, channel: str, code: str
) -> None:
    """B06: it is about the app or the workspace, not about this person or place."""
    slack.faults.add("chat.postMessage", f"error:{code}")

    with pytest.raises(SlackUnusable) as fault:
        await a_sender(client).post(channel, "Hello", BLOCKS, "k")

    assert str(fault.value) == f"Slack does not accept this from the app: {code}."
    assert fault.value.__cause__ is None


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("http_500", "http_500"),
        ("drop_answer", "ServerDisconnectedError"),
        ("error:internal_error", "internal_error"),
    ],
)
async def test_the_sender_does_not_retry_temporary_failures(
    slack: Sandbox, client: AsyncWebClient, kind: str, code: str
) -> None:
    slack.faults.add("chat.postMessage", kind)

    with pytest.raises(SlackUnreachable) as obstacle:
        await a_sender(client).post("C0TEAM", "Hello", BLOCKS, "k")

    assert (obstacle.value.code, obstacle.value.after) == (code, None)
    assert len(slack.calls) == 1


async def test_a_429_carries_its_retry_after(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", seconds=30)

    with pytest.raises(SlackUnreachable) as obstacle:
        await a_sender(client).post("C0TEAM", "Hello", BLOCKS, "k")

    assert obstacle.value.after == timedelta(seconds=30)


async def test_a_silent_slack_times_out(slack: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "TIMEOUT_SECONDS", 0.2)
    slack.faults.add("chat.postMessage", "timeout", seconds=0.5)

    async with slack_client(Secret(TOKEN), slack.api_url) as client:
        with pytest.raises(SlackUnreachable, match="TimeoutError"):
            await a_sender(client).post("C0TEAM", "Hello", BLOCKS, "k")


@pytest.mark.parametrize("channel", ["U0ADA", "C0TEAM", "C0SECRET"])
async def test_a_message_posted_once_is_found_again(client: AsyncWebClient, channel: str) -> None:
    sender = a_sender(client)
    await sender.post(channel, "Hello", BLOCKS, "k:1")

    since = NOON - timedelta(minutes=5)
    assert await sender.find(channel, "k:1", since)
    assert not await sender.find(channel, "k:2", since)
    assert not await sender.find(channel, "k:1", NOON + timedelta(hours=1))


async def test_messages_of_other_senders_are_not_found(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await slack.say("U0ADA", "C0TEAM", "k:1")
    await client.chat_postMessage(
        channel="C0TEAM",
        text="k:1",
        metadata={"event_type": "other", "event_payload": {"key": "k:1"}},
    )

    assert not await a_sender(client).find("C0TEAM", "k:1", NOON)


async def test_without_the_scope_for_a_search_nothing_is_found(tmp_path: Path) -> None:
    async with (
        slack_workspace(tmp_path, without="channels:history") as slack,
        slack_client(Secret(TOKEN), slack.api_url) as client,
    ):
        sender = a_sender(client)
        await sender.post("C0TEAM", "Hello", BLOCKS, "k:1")

        assert not await sender.find("C0TEAM", "k:1", NOON)


async def test_a_channel_that_cannot_be_read_is_refused(client: AsyncWebClient) -> None:
    with pytest.raises(SlackRefused, match="channel_not_found"):
        await a_sender(client).find("C0NONE", "k:1", NOON)


async def test_the_sender_looks_up_members(client: AsyncWebClient) -> None:
    member = await a_sender(client).member(key("U0GONE"), NOON)

    assert member.deleted
