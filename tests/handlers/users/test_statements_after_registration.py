"""A bound on the SQL statements that follow the answer to one registration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.demo.demo import DemoOptions, running_demo
from core.passwords.hashing import Hasher
from tests.bot.log_capture import log_to_memory
from tests.handlers.conftest import all_usernames_sent
from tests.handlers.demo_actions import (
    ANNA,
    LUKASZ,
    fill_first_step,
    home_text,
    wait_until_sent,
)
from tests.statements import count_statements

if TYPE_CHECKING:
    from core.store.store import Store

# The last of these belongs to the registration: what follows it is counted.
QUEUEING = "INSERT INTO deliveries"
# The scheduler's, and the test's own by which it waits for the end.
OTHERS = ("SELECT jobs.", "SELECT deliveries.id \nFROM deliveries \nWHERE deliveries.state =")


@pytest.mark.parametrize(
    ("member", "name", "most"),
    [(None, "Ida", 30), (LUKASZ, "ukasz", 34)],
    ids=["in no Slack workspace", "linked to a member"],
)
async def test_a_registration_runs_few_statements_after_the_answer(
    database_url: str, store: Store, member: str | None, name: str, most: int
) -> None:
    """All deliveries with what they record, and Home, take at most 30 statements (issue 15).

    For a member of Slack there are also the DM with the username, and their time zone to save.
    """
    log_to_memory()
    options = DemoOptions(
        *(0, 0),
        socket_mode=False,
        database_url=database_url,
        hasher=Hasher(memory_kib=8, rounds=1),
        real_rate_limits=False,
    )
    await store.close()
    async with running_demo(options) as demo:
        await demo.slack.until(lambda: all_usernames_sent(demo), 30)
        await wait_until_sent(demo)
        await fill_first_step(demo, **({} if member is None else {"member": member}))

        with count_statements(demo.product.store) as statements:
            assert (await demo.slack.submit(ANNA)).errors == {}
            await wait_until_sent(demo)
            await demo.slack.until(lambda: name in home_text(demo))

    queued = max(n for n, one in enumerate(statements) if one.startswith(QUEUEING))
    after = [one for one in statements[queued + 1 :] if not one.startswith(OTHERS)]
    assert len(after) <= most, after
