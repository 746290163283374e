"""The demo as people try it, with users in every state, on a copy of the template's database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.demo import Demo, DemoOptions, running_demo
from core.passwords.hashing import Hasher
from tests import databases
from tests.bot.log_capture import log_to_memory

# The number of mails that are sent at the beginning.
FIRST_MAILS = 9


@asynccontextmanager
async def demo_with_sample_users(template: Path, folder: Path) -> AsyncIterator[Demo]:
    """Run the demo; it is yielded when it has sent what is to be sent at its beginning."""
    log_to_memory()
    url = databases.sqlite_copy(template, folder)
    hasher = Hasher(memory_kib=8, rounds=1)
    options = DemoOptions(
        0, 0, database_url=url, hasher=hasher, real_rate_limits=False, sample_users=True
    )
    async with running_demo(options) as running:
        await running.slack.until(lambda: len(running.slack.mails) == FIRST_MAILS)
        yield running
