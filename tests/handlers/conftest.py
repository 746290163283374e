"""The whole product beside the sandbox, for what people do in Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.demo import Demo, DemoOptions, demonstrating
from core.passwords.hashing import Hasher
from core.rulebook import Rulebook
from tests import databases
from tests.bot.quiet import quiet_logs
from tests.handlers.two_authorities_demo import IsolationDemo, two_authorities_in

QUICK = Hasher(memory_kib=8, rounds=1)


@pytest.fixture
def demo_options(sqlite_template: Path, tmp_path: Path) -> DemoOptions:
    """By HTTP, on an SQLite file that has its tables already."""
    url = databases.empty_sqlite(sqlite_template, tmp_path)
    return DemoOptions(0, 0, socket_mode=False, database_url=url, hasher=QUICK, unhurried=False)


@pytest.fixture
async def demo(demo_options: DemoOptions) -> AsyncIterator[Demo]:
    """The product, the invented country registered, nothing on its way."""
    quiet_logs()
    async with demonstrating(demo_options) as shown:
        await shown.slack.until(lambda: len(shown.slack.mails) == 8 and settled(shown), 30)
        yield shown


@pytest.fixture
async def isolation(demo: Demo, rulebook: Rulebook) -> IsolationDemo:
    """The same with two authorities side by side."""
    return await two_authorities_in(demo, rulebook)


def settled(shown: Demo) -> bool:
    """Say whether each founding administrator has their username."""
    return all(shown.slack.messages(who) for who in ("U0ANNA", "U0ELISE", "U0SIGNE", "U0KARIN"))
