"""Each nasty string through every field: refused at its field, or harmless wherever it shows."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, String, cast, literal, update

from bot.cli.demo import Demo, DemoOptions, demonstrating
from core.schema import authorities
from core.store.store import open_store
from sandbox import typing_rules
from tests import databases
from tests.bot.portal.browser import Browser
from tests.bot.quiet import quiet_logs
from tests.handlers import output_checks
from tests.handlers.command_and_file_inputs import (
    PortalVisitor,
    import_file,
    type_after_every_command,
)
from tests.handlers.conftest import QUICK, settled
from tests.handlers.demo_actions import JONAS, register
from tests.handlers.drawn_views import all_modals
from tests.handlers.form_filling import TEXT_FIELDS, Typist, type_into_every_field
from tests.handlers.stored_state import has_waiting_deliveries
from tests.nasty import NASTY

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from core.rulebook import Rulebook

# The authorities up to this one keep their names.
LASTING = 3

# What PostgreSQL, or its driver, may take in another way than SQLite.
DIFFERING = {
    *("nul", "nul alone", "lone surrogates", "no characters", "sql", "any", "one", "escape"),
    *("star", "full text", "ten thousand words"),
}

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
    postgres: bool
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    driven: set[tuple[str, str]] = field(default_factory=set)

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        async with asyncio.timeout(20):
            while await self.demo.product.store.read(has_waiting_deliveries):  # noqa: ASYNC110 - nobody is told
                await asyncio.sleep(0.02)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the database."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return databases.empty_sqlite(template, tmp_path_factory.mktemp("nasty"))
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(database: str) -> AsyncIterator[Stage]:
    """The product with Jonas in it, and a client that checks nothing of what is typed."""
    postgres = database.startswith("postgresql")
    if postgres:
        store = open_store(database)
        await store.write(databases.empty)
        await store.close()
    logs, watch = quiet_logs(), Watch(logging.WARNING)
    logging.getLogger().addHandler(watch)
    with pytest.MonkeyPatch.context() as patch:
        # What Slack's client refuses is to be refused by us too: there are many clients.
        patch.setattr(typing_rules, "problems", lambda *_: {})
        patch.setenv("IMI_THROTTLE_PER_MINUTE", "10000")
        patch.setenv("IMI_THROTTLE_PER_HOUR", "10000")
        manner = DemoOptions(
            0, 0, socket_mode=False, database_url=database, hasher=QUICK, unhurried=False
        )
        async with demonstrating(manner) as demo:
            await demo.slack.until(lambda: settled(demo), 30)
            await register(demo, member=JONAS)
            await demo.slack.close("U0ANNA", clear=True)
            yield Stage(demo, logs, watch.told, postgres=postgres)
    logging.getLogger().removeHandler(watch)


@pytest.fixture(params=NASTY)
def text(request: pytest.FixtureRequest, stage: Stage) -> str:
    """Each string; on PostgreSQL those that databases differ in."""
    if stage.postgres and request.param not in DIFFERING:
        pytest.skip("PostgreSQL takes it as SQLite does.")
    return NASTY[request.param]


def rename(tx: Connection) -> None:
    """Let what was registered so far stand in no string's way: names are there once only."""
    named = authorities.authorities.c
    unique = literal("kommune ") + cast(named.id, String)
    others = update(authorities.authorities).where(named.id > LASTING)
    tx.execute(others.values(official_name=unique, name_key=unique, informal_title=unique))


@asynccontextmanager
async def harmless(stage: Stage, text: str) -> AsyncIterator[Typist]:
    """Let somebody type the string, and look at all that came of it."""
    slack = stage.demo.slack
    calls, mails, lines = len(slack.calls), len(slack.mails), stage.logs.tell()
    stage.told.clear()
    typist = Typist(stage.demo, text, stage.numbers, stage.driven)

    yield typist
    await stage.quiet()

    said: list[Any] = [call.body for call in slack.calls[calls:]]
    said += [answer.body for answer in typist.answers]
    assert list(output_checks.problems_in_slack(said, text)) == []
    # A list may be closed before what was sought in it is there.
    errors = {call.answer.get("error") for call in slack.calls[calls:]}
    assert errors <= {None, "not_found"}
    assert [
        found for mail in slack.mails[mails:] for found in output_checks.problems_in_mail(mail)
    ] == []
    assert list(output_checks.problems_in_logs(stage.logs.getvalue()[lines:], text)) == []
    assert [record.getMessage() for record in stage.told] == []


async def test_a_hostile_string_in_a_field_is_refused_or_harmless(stage: Stage, text: str) -> None:
    async with harmless(stage, text) as typist:
        await stage.demo.product.store.write(rename)

        await type_into_every_field(typist)


async def test_a_hostile_string_after_a_command_is_harmless(stage: Stage, text: str) -> None:
    async with harmless(stage, text) as typist:
        await type_after_every_command(typist)


async def test_a_hostile_string_in_a_file_is_refused_or_harmless(stage: Stage, text: str) -> None:
    async with harmless(stage, text) as typist:
        files = await import_file(typist)

    assert [found for file in files for found in output_checks.problems_in_spreadsheet(file)] == []


async def test_a_hostile_string_in_the_portal_is_harmless(stage: Stage, text: str) -> None:
    async with (
        harmless(stage, text),
        Browser(stage.demo.settings.imi_public_url) as browser,
    ):
        assert await PortalVisitor(browser, text).everywhere() == []


async def test_every_text_field_of_every_modal_is_tested(stage: Stage, rulebook: Rulebook) -> None:
    typist = Typist(stage.demo, "Ida", stage.numbers, stage.driven)

    await type_into_every_field(typist)

    fields = {
        (view["callback_id"], block["element"]["action_id"])
        for view in all_modals(rulebook)
        for block in view["blocks"]
        if block["type"] == "input" and block["element"]["type"] in TEXT_FIELDS
    }
    assert fields - typist.driven == set()
