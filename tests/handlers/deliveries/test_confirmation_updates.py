"""Tests that an open confirmation updates itself when messages to its user are sent."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from core.languages.texts import texts
from handlers.deliveries import confirmation_updates
from handlers.open_confirmations import MOST_OPEN, OpenConfirmations
from tests.bot.log_capture import log_to_memory
from tests.handlers.demo_actions import ANNA, JONAS, change_user, register, view_text
from tests.handlers.stored_state import has_waiting_deliveries

if TYPE_CHECKING:
    import pytest

    from bot.demo.demo import Demo

_ = texts("da").gettext
CONFIRMATION = {"private_metadata": json.dumps({"user": 7, "occasion": "added"})}
SENT = texts("da").pgettext("message", "sent")


def number_sent(demo: Demo) -> int:
    """Return how many lines of the confirmation say "sent"."""
    return view_text(demo).count(f": {SENT}")


def number_of_updates(demo: Demo) -> int:
    return sum(call.method == "views.update" for call in demo.slack.calls)


async def none_waits(demo: Demo) -> None:
    # The database sends no event to wait for.
    while await demo.product.store.read(has_waiting_deliveries):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def test_the_lines_of_a_new_user_update_themselves(demo: Demo) -> None:  # D4, D10
    await register(demo, member=JONAS)

    await demo.slack.until(lambda: number_sent(demo) == 3)


async def test_messages_that_are_sent_together_share_an_update(demo: Demo) -> None:
    before = number_of_updates(demo)
    await register(demo, member=JONAS)
    filled = number_of_updates(demo) - before

    await demo.slack.until(lambda: number_sent(demo) == 3)

    # Of the four messages, two or three end together.
    assert number_of_updates(demo) - before - filled <= 3


async def test_a_message_that_is_sent_again_updates_its_line(demo: Demo) -> None:  # D4
    await register(demo)
    await demo.slack.until(lambda: number_sent(demo) == 2)

    await demo.slack.click(ANNA, "send_again", block_id="delivery_temporary_password")

    await demo.slack.until(lambda: len(demo.slack.mails) == 11 and number_sent(demo) == 2)


async def test_a_failed_message_shows_why(demo: Demo) -> None:
    demo.slack.mailbox.faults.add("refuse", times=2)

    await register(demo)

    reason = _("the mail server refused the address; check it")
    await demo.slack.until(lambda: reason in view_text(demo))


async def test_a_closed_confirmation_is_left_alone(demo: Demo) -> None:
    log = log_to_memory()
    await register(demo)
    await demo.slack.close(ANNA, clear=True)

    await none_waits(demo)
    await asyncio.sleep(confirmation_updates.GATHER_SECONDS * 2)

    assert demo.slack.view(ANNA) is None
    assert "error" not in log.getvalue()


async def test_who_is_no_administrator_any_more_sees_no_update(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:  # R38
    monkeypatch.setattr(confirmation_updates, "GATHER_SECONDS", 0.6)
    user = await register(demo)
    await change_user(demo, user, removed_at=demo.slack.clock.now())

    await none_waits(demo)
    await asyncio.sleep(1)

    assert number_sent(demo) == 0


async def test_the_oldest_confirmations_are_forgotten() -> None:
    """A process remembers only so many, so that closed ones take no memory."""
    registry, updated = OpenConfirmations(), list[str]()
    registry.on_settled(lambda one: updated.append(one.view_id))

    for number in range(MOST_OPEN + 1):
        registry.watch(CONFIRMATION, f"V{number}", None, None)  # type: ignore[arg-type]
    registry.settled({7})

    assert len(updated) == MOST_OPEN
    assert updated[0] == "V1"
    registry.forget("V1")
    registry.settled({8})
    assert len(updated) == MOST_OPEN
