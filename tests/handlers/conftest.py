"""The whole product beside the sandbox, for what people do in Slack."""

from collections.abc import AsyncIterator

import pytest

from bot.commands.demo import Demo, Manner, demonstrating
from core.passwords.hashing import Hasher
from tests.bot.quiet import quiet_logs

QUICK = Hasher(memory_kib=8, rounds=1)


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    """The product by HTTP on SQLite, the invented country registered, nothing on its way."""
    quiet_logs()
    async with demonstrating(
        Manner(0, 0, socket_mode=False, hasher=QUICK, unhurried=False)
    ) as shown:
        await shown.slack.until(lambda: len(shown.slack.mails) == 8 and settled(shown), 10)
        yield shown


def settled(shown: Demo) -> bool:
    """Say whether each founding administrator has their username."""
    return all(shown.slack.messages(who) for who in ("U0ANNA", "U0ELISE", "U0SIGNE", "U0KARIN"))
