"""Each nasty string through every field: refused at its field, or harmless wherever it shows."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, String, cast, literal, update

from bot.commands.demo import Demo, Manner, demonstrating
from core.authorities import tables
from sandbox import typing_rules
from tests.bot.quiet import quiet_logs
from tests.handlers import harm
from tests.handlers.conftest import QUICK, settled
from tests.handlers.filling import TEXT_FIELDS, Typist, everywhere
from tests.handlers.people import JONAS, register
from tests.handlers.test_isolation import waiting
from tests.handlers.test_registered import modals
from tests.nasty import NASTY

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator, Iterator

    from core.rulebook import Rulebook

# The authorities up to this one keep their names.
LASTING = 3

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Watch(logging.Handler):
    """Keeps what libraries log."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.told: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.told.append(record)


@dataclass
class Stage:
    """One product for all strings, what it logs, and how far its people got."""

    demo: Demo
    logs: io.StringIO
    told: list[logging.LogRecord]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    driven: set[tuple[str, str]] = field(default_factory=set)

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        async with asyncio.timeout(20):
            while await self.demo.product.store.read(waiting):  # noqa: ASYNC110 - nobody is told
                await asyncio.sleep(0.02)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    """The product with Jonas in it, and a client that checks nothing of what is typed."""
    logs, watch = quiet_logs(), Watch(logging.WARNING)
    logging.getLogger().addHandler(watch)
    with pytest.MonkeyPatch.context() as patch:
        # What Slack's client refuses is to be refused by us too: there are many clients.
        patch.setattr(typing_rules, "problems", lambda *_: {})
        patch.setenv("IMI_THROTTLE_PER_MINUTE", "10000")
        patch.setenv("IMI_THROTTLE_PER_HOUR", "10000")
        manner = Manner(0, 0, socket_mode=False, hasher=QUICK, unhurried=False)
        async with demonstrating(manner) as demo:
            await demo.slack.until(lambda: settled(demo), 10)
            await register(demo, member=JONAS)
            await demo.slack.close("U0ANNA", clear=True)
            yield Stage(demo, logs, watch.told)
    logging.getLogger().removeHandler(watch)


def rename(tx: Connection) -> None:
    """Let what was registered so far stand in no string's way: names are there once only."""
    named = tables.authorities.c
    unique = literal("kommune ") + cast(named.id, String)
    others = update(tables.authorities).where(named.id > LASTING)
    tx.execute(others.values(official_name=unique, name_key=unique, informal_title=unique))


@pytest.mark.parametrize("name", NASTY)
async def test_a_nasty_string_is_refused_or_does_nothing(stage: Stage, name: str) -> None:
    text, slack = NASTY[name], stage.demo.slack
    calls, mails, lines = len(slack.calls), len(slack.mails), stage.logs.tell()
    stage.told.clear()
    typist = Typist(stage.demo, text, stage.numbers, stage.driven)
    await stage.demo.product.store.write(rename)

    await everywhere(typist)
    await stage.quiet()

    said: list[Any] = [call.body for call in slack.calls[calls:]]
    said += [answer.body for answer in typist.answers]
    assert list(harm.in_slack(said, text)) == []
    # A list may be closed before what was sought in it is there.
    errors = {call.answer.get("error") for call in slack.calls[calls:]}
    assert errors <= {None, "not_found"}
    assert [found for mail in slack.mails[mails:] for found in harm.in_mail(mail)] == []
    assert list(harm.in_logs(stage.logs.getvalue()[lines:], text)) == []
    assert [record.getMessage() for record in stage.told] == []


async def test_no_field_of_a_modal_is_left_out(stage: Stage, rulebook: Rulebook) -> None:
    typist = Typist(stage.demo, "Ida", stage.numbers, stage.driven)

    await everywhere(typist)

    fields = {
        (view["callback_id"], block["element"]["action_id"])
        for view in modals(rulebook)
        for block in view["blocks"]
        if block["type"] == "input" and block["element"]["type"] in TEXT_FIELDS
    }
    assert fields - typist.driven == set()
