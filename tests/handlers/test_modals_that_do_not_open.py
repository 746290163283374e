"""Tests that a person reads something when Slack does not open a modal, whatever they did."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.slack import app as slack_app
from core.schema.users import users
from handlers import responses
from tests.factories import executing
from tests.handlers.demo_actions import ANNA, JONAS, answers, register, wait_until_sent
from tests.handlers.permission_table import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

    from bot.demo.demo import Demo

KARIN = "U0KARIN"
OPENING = sorted(set(COMMANDS) - {"/imi-help", "/imi-titles"})
# Without a name this one asks for one's own password, which Karin alone cannot.
TEXTS = {"/imi-reset": "anna"}
# Slack's failures to open a modal, for good or for as long as a trigger is valid.
FAULTS = {
    "an error page": "http_500",
    "an error": "error:internal_error",
    "an expired trigger": "error:expired_trigger_id",
    "no answer": "timeout",
    "too many requests": "ratelimited",
}
SORRY = {"da": "Noget gik galt, og", "en": "Something went wrong, and"}


# The seconds after which Slack has its answer: the error is known before, or only after that.
ANSWERED = {"in time": 10.0, "late": 0.05}


@pytest.fixture(params=ANSWERED)
def answered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the error be known before, or only after, Slack has had its answer."""
    answer_after(monkeypatch, ANSWERED[request.param])


def answer_after(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(responses, "OPEN_SECONDS", 0.4)
    monkeypatch.setattr(slack_app, "ANSWER_SECONDS", seconds)


def has_more(read: Callable[[], Sized], before: int) -> bool:
    """Return whether more was read than before."""
    return len(read()) > before


def is_sorry(text: str) -> bool:
    return any(sorry in text for sorry in SORRY.values())


@pytest.mark.sweep
@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_whoever_types_a_command_reads_that_it_failed(demo: Demo, fault: str) -> None:
    silent = []
    for command in OPENING:
        before = len(answers(demo, KARIN))
        demo.slack.faults.add("views.open", fault, times=20)

        await demo.slack.command(KARIN, command, TEXTS.get(command, ""))
        await demo.slack.until(partial(has_more, partial(answers, demo, KARIN), before))

        demo.slack.faults.clear()
        if not is_sorry(answers(demo, KARIN)[-1]):
            silent.append(command)

    assert silent == []


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_whoever_presses_a_shortcut_or_a_button_reads_that_it_failed(
    demo: Demo, fault: str
) -> None:
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "home_add_user" in str(demo.slack.home(ANNA)))
    for press in ("shortcut", "button"):
        before = len(demo.slack.messages(ANNA))
        demo.slack.faults.add("views.open", fault, times=20)

        if press == "shortcut":
            await demo.slack.shortcut(ANNA, "add_user")
        else:
            await demo.slack.click(ANNA, "home_add_user", "home")
        await demo.slack.until(partial(has_more, partial(demo.slack.messages, ANNA), before))

        demo.slack.faults.clear()
        assert is_sorry(str(demo.slack.messages(ANNA)[-1].text))


@pytest.mark.parametrize("seconds", ANSWERED.values(), ids=ANSWERED)
async def test_a_refusal_that_no_modal_shows_is_read_too(  # R38
    demo: Demo, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    await register(demo, member=JONAS)
    await wait_until_sent(demo)
    answer_after(monkeypatch, seconds)
    await demo.product.store.write(
        executing(users.update().where(users.c.member_id == JONAS).values(language="en"))
    )
    before = len(demo.slack.messages(JONAS))
    demo.slack.faults.add("views.open", "http_500", times=20)

    await demo.slack.shortcut(JONAS, "add_user")
    await demo.slack.until(lambda: len(demo.slack.messages(JONAS)) > before)

    assert is_sorry(str(demo.slack.messages(JONAS)[-1].text))
