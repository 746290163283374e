"""Tests that every message and e-mail is in its reader's language, and in no other (R43, D25)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.demo.ireland import ADMINISTRATOR, COLLEAGUES, COORDINATOR, NEWCOMER
from core.languages.tags import LANGUAGES
from core.schema.users import users
from tests.english_left import english_left, english_pieces
from tests.factories import executing
from tests.handlers.demo_actions import wait_until_sent
from tests.handlers.shown_texts import texts_in
from tests.sample_demo import demo_with_sample_users

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.demo.demo import Demo

pytestmark = pytest.mark.product

CHANNELS = ("C0REGISTER", "C0IRELAND", COORDINATOR, *COLLEAGUES)
# Passwords expire, and are reminded of, within these steps of the clock.
STEPS = (timedelta(days=1), timedelta(days=7), timedelta(days=150), *(timedelta(days=8),) * 3)


@pytest.fixture
async def demo(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Demo]:
    async with demo_with_sample_users(sqlite_template, tmp_path) as running:
        yield running


async def sent_in(demo: Demo, language: str) -> tuple[str, str]:
    """Do what causes messages, and let time pass; return what was sent by Slack and by e-mail."""
    await wait_until_sent(demo)
    await demo.product.store.write(executing(update(users).values(language=language)))
    mails, seen = len(demo.slack.mails), {one: len(demo.slack.messages(one)) for one in CHANNELS}
    await _act(demo, language)
    for step in STEPS:
        demo.slack.advance(step)
        await demo.product.clock_follower.follow()
        await wait_until_sent(demo)
    by_slack = [
        text
        for channel, before in seen.items()
        for message in demo.slack.messages(channel)[before:]
        for text in (message.text, *texts_in(message.blocks))
    ]
    by_mail = [f"{one.subject}\n{one.plain}\n{one.html}" for one in demo.slack.mails[mails:]]
    return "\n".join(by_slack), "\n".join(by_mail)


async def _act(demo: Demo, language: str) -> None:
    """Register a member, reset and remove users, change roles, decide a request."""
    slack = demo.slack
    await slack.command(ADMINISTRATOR, "/imi-adduser")
    await slack.fill(ADMINISTRATOR, {"member": NEWCOMER})
    await slack.until(lambda: "Murphy" in str(slack.view(ADMINISTRATOR)))
    await slack.fill(ADMINISTRATOR, {"language": language, "roles_PQ": ["PQ:BASIC"]})
    await _submit_twice(demo)
    for command in ("/imi-reset", "/imi-removeuser"):
        await slack.command(ADMINISTRATOR, command, "conor")
        await _submit_twice(demo)
    await slack.command(ADMINISTRATOR, "/imi-roles", "saoirse")
    await slack.fill(ADMINISTRATOR, {"roles_PR": ["PR:BASIC"]})
    await _submit_twice(demo)
    await slack.command("U0CIARAN", "/imi-reset")
    await slack.submit("U0CIARAN")
    await wait_until_sent(demo)


async def _submit_twice(demo: Demo) -> None:
    for _ in range(2):
        view = demo.slack.view(ADMINISTRATOR)
        if view is not None and view.get("submit"):
            await demo.slack.submit(ADMINISTRATOR)
    while demo.slack.view(ADMINISTRATOR) is not None:
        await demo.slack.close(ADMINISTRATOR, clear=True)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
async def test_no_english_is_sent_to_readers_of_another_language(
    demo: Demo, language: str
) -> None:  # R43, D25
    by_slack, by_mail = await sent_in(demo, language)

    assert english_left(by_slack, language) == []
    assert english_left(by_mail, language) == []


async def test_many_texts_are_sent(demo: Demo) -> None:
    by_slack, by_mail = await sent_in(demo, "en")

    assert sum(piece in by_slack for piece in english_pieces()) > 25
    assert sum(piece in by_mail for piece in english_pieces()) > 25
