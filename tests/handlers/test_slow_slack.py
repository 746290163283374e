"""Tests that Slack is answered in time even while Slack itself is slow."""

from bot.demo.demo import Demo
from tests.handlers.demo_actions import ANNA, answers, take_all_roles

# Slack waits three seconds for an answer.
SLACK_WAITS = 3
SLOW = SLACK_WAITS + 0.3


async def test_a_command_is_answered_while_slack_is_slow_to_open_a_modal(demo: Demo) -> None:
    demo.slack.faults.add("views.open", "slow", seconds=SLOW)

    answer = await demo.slack.command(ANNA, "/imi-adduser")

    assert (answer.ok, answer.seconds < SLACK_WAITS) == (True, True)
    assert demo.slack.view(ANNA) is not None


async def test_an_event_is_answered_while_slack_is_slow_to_redraw(demo: Demo) -> None:
    demo.slack.faults.add("views.publish", "slow", seconds=SLOW)

    answer = await demo.slack.open_home(ANNA)

    assert (answer.ok, answer.seconds < SLACK_WAITS) == (True, True)
    assert demo.slack.home(ANNA) is not None


async def test_a_refusal_is_still_shown_after_an_early_answer(demo: Demo) -> None:
    await take_all_roles(demo)
    demo.slack.faults.add("response_url", "late", seconds=SLOW)

    answer = await demo.slack.command(ANNA, "/imi-adduser")

    assert (answer.ok, answer.seconds < SLACK_WAITS) == (True, True)
    await demo.slack.until(lambda: answers(demo))
