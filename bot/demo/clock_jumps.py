"""Makes the product follow a jump of the demo's clock at once, and reports the effects."""

import asyncio
import time
from collections import Counter

from sqlalchemy import Connection

from bot.runtime.clock import Clock
from bot.wiring import RunningProduct
from core.deliveries.rows import failures, sent_kinds
from core.deliveries.rules import DeliveryKind
from core.languages.texts import texts

# Seconds for which a jump waits until everything is sent: Slack takes a message a second for each
# person, so that many to one person last longer.
LONGEST_WAIT = 3.0
MOST_COUNTED = 500
# They redraw a message or send none.
UNSEEN = frozenset(
    {
        *(DeliveryKind.REQUEST_CLOSED, DeliveryKind.LEAVER_CLOSED),
        *(DeliveryKind.TITLE_TASK_CLOSED, DeliveryKind.FIND_MEMBER),
    }
)


class ClockJumps:
    """Follows the clock, which the sandbox's page moves; the page calls `follow` after that."""

    def __init__(self, product: RunningProduct, clock: Clock) -> None:
        self._product = product
        self._clock = clock

    async def follow(self) -> str:
        """Run what is due by now, wait until it is sent, and return what happened."""
        store = self._product.store
        newest = await store.read(sent_kinds.newest_id)
        await self._product.clock_follower.follow()
        ends = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < ends and await store.read(  # noqa: ASYNC110 - nothing signals it
            lambda tx: _waits(tx, newest)
        ):
            await asyncio.sleep(0.05)
        kinds = await store.read(lambda tx: sent_kinds.sent_after(tx, newest))
        waiting = await store.read(
            lambda tx: failures.unsent_page(tx, newest, MOST_COUNTED, failed_only=False)
        )
        date = texts("en").date(self._clock())
        return f"The clock stands at {date}. {_sent_messages(kinds, len(waiting))}"


def _waits(tx: Connection, newest: int) -> bool:
    return bool(failures.unsent_page(tx, newest, 1, failed_only=False))


def _sent_messages(kinds: Counter[DeliveryKind], waiting: int) -> str:
    reminders = kinds[DeliveryKind.REMINDER]
    others = sum(number for kind, number in kinds.items() if kind not in UNSEEN) - reminders
    messages = []
    if reminders:
        messages.append(_counted(reminders, "reminder", "reminders"))
    if others:
        word = "other message" if reminders else "message"
        messages.append(_counted(others, word, f"{word}s"))
    if waiting:
        messages.append(
            "1 more is on its way." if waiting == 1 else f"{waiting} more are on their way."
        )
    return " ".join(messages) or "Nothing was due."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one} was sent." if number == 1 else f"{number} {many} were sent."
