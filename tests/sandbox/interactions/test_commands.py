"""Tests of slash commands and shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_a_shortcut_reaches_the_app(slack_with_app: Sandbox) -> None:
    assert (await slack_with_app.shortcut("U0ANNA", "ask")).ok

    await slack_with_app.until(lambda: slack_with_app.view("U0ANNA"))


async def test_an_unknown_shortcut_is_not_sent(slack: Sandbox) -> None:
    assert (await slack.shortcut("U0ANNA", "nothing")).error == "unknown_shortcut"


async def test_an_unknown_command_is_not_sent(slack_with_app: Sandbox) -> None:
    answer = await slack_with_app.command("U0ANNA", "/nothing")

    assert answer.error == "unknown_command"


async def test_a_command_is_answered_directly_and_through_its_response_url(
    slack_with_app: Sandbox,
) -> None:
    await slack_with_app.command("U0ANNA", "/say", "hi", channel="C0HEALTH")

    await slack_with_app.until(lambda: len(slack_with_app.messages("C0HEALTH")) == 2)
    messages = slack_with_app.messages("C0HEALTH")
    assert sorted(message.text for message in messages) == ["and later this", "you said hi"]
    assert {message.ephemeral_to for message in messages} == {"U0ANNA"}
    assert any(b"and later this" in raw for raw in slack_with_app.received)


async def test_an_invalid_message_as_the_answer_to_a_command_is_a_failure(
    slack_with_app: Sandbox,
) -> None:
    assert (await slack_with_app.command("U0ANNA", "/say", "nonsense")).error == "invalid_blocks"


async def test_an_error_in_the_app_is_a_failed_command(slack_with_app: Sandbox) -> None:
    answer = await slack_with_app.command("U0ANNA", "/broken")

    assert not answer.ok


async def test_an_answer_after_more_than_three_seconds_is_a_timeout(
    slack_with_app: Sandbox,
) -> None:
    answer = await slack_with_app.command("U0ANNA", "/slow")

    assert (answer.ok, answer.error) == (False, "operation_timeout")
    assert "operation_timeout" in slack_with_app.notice("U0ANNA")
